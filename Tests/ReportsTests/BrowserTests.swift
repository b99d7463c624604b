import Comparisons
import Foundation
import Reports
import Results
import Testing

/// Pages as a browser shows them: every kind in both themes, on a screen and on a phone.
@Suite(.serialized, .enabled(if: Browser.executable != nil, "there is no Chromium in the path"))
struct BrowserTests {
  enum Kind: String, CaseIterable {
    case run, large, leaderboard, history
  }

  private static func page(_ kind: Kind) throws -> String {
    switch kind {
    case .run:
      let made = Fixture.sampled()
      return HTMLReport(made.record, samples: made.samples, picture: Fixture.picture).render()
    case .large:
      let made = Fixture.sampled(Fixture.large(), count: 500)
      return HTMLReport(made.record, samples: made.samples, picture: Fixture.picture).render()
    case .leaderboard:
      let made = Fixture.sampled()
      var other = made.record
      other.attacks[0].spec = "pgd:norm=linf,eps=1/255,steps=64"
      return LeaderboardReport(
        Leaderboard(
          [
            .init(name: "first", record: made.record, samples: made.samples),
            .init(name: "second", record: other, samples: nil),
          ], replicates: 200)
      ).page()
    case .history:
      let runs = (0..<14).map { day -> History.Run in
        var record = Fixture.record()
        record.timing?.started = "2026-02-\(10 + day)T04:00:00Z"
        for place in record.scores.indices where day > 8 && record.scores[place].subject == "act" {
          record.scores[place].value *= 0.8
        }
        return History.Run(name: "nightly-\(day)", record: record, samples: { nil })
      }
      return HistoryReport(try History(runs, replicates: 200)).page()
    }
  }

  private static func file(_ kind: Kind) throws -> URL {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("gauntlet-\(kind)-\(UUID()).html")
    try Data(try page(kind).utf8).write(to: file)
    return file
  }

  @Test(arguments: Kind.allCases)
  func aPageIsQuietAndFitsInBothThemesOnScreenAndPhone(_ kind: Kind) throws {
    let file = try Self.file(kind)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(try Data(contentsOf: file).count < 3_000_000)
    let browser = try Browser()
    var papers = Set<String>()
    for isDark in [false, true] {
      for width in [1280, 390] {
        try browser.open(file, width: width, isDark: isDark)
        // Everything folded is unfolded: it must fit too.
        try browser.run("document.querySelectorAll('details').forEach(part => part.open = true)")
        let overflow: Int = try browser.value("document.scrollingElement.scrollWidth - innerWidth")
        #expect(overflow <= 0, "\(kind) is \(overflow) too wide at \(width)")
        papers.insert(try browser.value("getComputedStyle(document.body).backgroundColor"))
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        #expect(browser.requests(besides: file).isEmpty, "\(browser.requests(besides: file))")
      }
    }
    #expect(papers.count == 2, "both themes look alike: \(papers)")
  }

  /// The values of a column of the first table, top to bottom.
  private let column = """
    [...document.querySelector('table.sortable').tBodies[0].rows].map(row => Number(row.cells[1].dataset.v))
    """
  private let button = "document.querySelectorAll('table.sortable thead tr:last-child button')[0]"

  @Test func tablesAreSortedByMouseAndKeyboard() throws {
    let file = try Self.file(.large)
    defer { try? FileManager.default.removeItem(at: file) }
    let browser = try Browser()
    try browser.open(file)
    try browser.run("\(button).click()")
    let falling: [Double] = try browser.value(column)
    #expect(falling == falling.sorted(by: >) && Set(falling).count > 5)
    #expect(try browser.value("\(button).closest('th').getAttribute('aria-sort')") == "descending")
    try browser.run("\(button).focus()")
    #expect(try browser.value("getComputedStyle(document.activeElement).outlineStyle") != "none")
    try browser.press("Enter", code: 13, text: "\r")
    let rising: [Double] = try browser.value(column)
    #expect(rising == falling.reversed())
    #expect(try browser.value("document.querySelectorAll('[aria-sort]').length") == 1)
  }

  @Test func theFirstKeyLeadsToTheContent() throws {
    let file = try Self.file(.leaderboard)
    defer { try? FileManager.default.removeItem(at: file) }
    let browser = try Browser()
    try browser.open(file)
    try browser.press("Tab", code: 9)
    #expect(try browser.value("document.activeElement.className") == "skip")
    #expect(try browser.value("document.activeElement.getBoundingClientRect().left >= 0"))
  }

  @Test func twoSubjectsAreComparedByChoosingThem() throws {
    let file = try Self.file(.run)
    defer { try? FileManager.default.removeItem(at: file) }
    let browser = try Browser()
    try browser.open(file)
    func difference() throws -> String {
      try browser.value("document.querySelector('#pairs-view tbody tr td:nth-child(4) b').textContent")
    }
    func choose(_ list: String, _ subject: String) throws {
      try browser.run(
        "{ const list = document.getElementById('\(list)'); list.value = '\(subject)'; "
          + "list.dispatchEvent(new Event('change')); }")
    }
    try choose("pairs-first", "none")
    try choose("pairs-second", "act-16")
    let forwards = try difference()
    #expect(forwards.hasPrefix("−"), "\(forwards)")
    try browser.run("document.querySelector('#pairs-view button').click()")
    #expect(try difference() == forwards.replacingOccurrences(of: "−", with: "+"))
    #expect(try browser.value("document.querySelectorAll('#pairs-view details li').length") as Int > 10)
    #expect(try browser.value("document.querySelectorAll('#pairs-view details li img').length") as Int > 0)
    // The other dataset has other subjects.
    try choose("pairs-set", "1")
    let left: Int = try browser.value("document.getElementById('pairs-first').options.length")
    #expect(left == 3)
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  @Test func aHistoryIsFilteredByWords() throws {
    let file = try Self.file(.history)
    defer { try? FileManager.default.removeItem(at: file) }
    let browser = try Browser()
    try browser.open(file)
    let shown = "document.querySelectorAll('.history > div:not([hidden])').length"
    let all: Int = try browser.value(shown)
    try browser.run(
      "for (const words of document.querySelectorAll('.filter input[type=search]')) { words.value = 'ssim attack'; "
        + "words.dispatchEvent(new Event('input')); }")
    let some: Int = try browser.value(shown)
    #expect(some == 4 && all > 20, "\(some) of \(all)")
  }
}
