import Foundation
import Reports
import Results
import Testing

@Suite struct HTMLReportTests {
  private static let made = Fixture.sampled()

  private func page(
    _ record: RunRecord = made.record, samples: SampleRecord? = made.samples, budget: Int = 6_000_000
  ) -> String {
    HTMLReport(record, samples: samples, pictureBudget: budget, picture: Fixture.picture).render()
  }

  @Test func theBalancerFindsFaults() {
    #expect(TagBalance.fault(in: "<p><b>x</b></p>") == nil)
    for broken in ["<p>", "<p><b></p></b>", "<p>a > b</p>", "<p a=b></p>", "<p a=\"1\" a=\"2\"></p>", "</p>"] {
      #expect(TagBalance.fault(in: broken) != nil, "\(broken)")
    }
  }

  @Test func pageIsWellFormed() {
    var ids: [String] = []
    var targets: [String] = []
    var pictures = 0
    let fault = TagBalance.fault(in: page()) { name, attributes in
      if let id = attributes["id"] { ids.append(id) }
      if let target = attributes["href"] { targets.append(target) }
      if name == "img" {
        pictures += 1
        #expect(attributes["alt"]?.isEmpty == false)
      }
      if name == "svg" { #expect(attributes["aria-hidden"] != nil || attributes["aria-label"] != nil) }
    }
    #expect(fault == nil)
    #expect(Set(ids).count == ids.count, "ids occur twice")
    #expect(targets.allSatisfy { $0.hasPrefix("#") && ids.contains(String($0.dropFirst())) })
    // 5 subjects × 3 samples × 4 pictures, and 10 attacks × 3 subjects × 3 samples × 3 pictures.
    #expect(pictures == 60 + 270)
  }

  @Test func everyTableHasACaption() {
    let html = page()
    #expect(html.components(separatedBy: "<table").count == html.components(separatedBy: "<caption").count)
    #expect(html.components(separatedBy: "<table").count > 8)
  }

  @Test func everyScoreIsThere() {
    let html = page()
    for score in Self.made.record.scores {
      #expect(html.contains(">\(String(format: "%.1f", score.value))<"), "\(score.name) of \(score.subject)")
      #expect(html.contains(escaped(score.definition)))
    }
    for subject in Fixture.subjects { #expect(html.contains(subject.spec)) }
    for warning in Fixture.record().warnings { #expect(html.contains(escaped(warning.text))) }
    #expect(html.contains("gauntlet run Suites/quickstart.yaml"))
    #expect(html.contains("ran out of its arena"))
  }

  /// As a reader of the page would have to write it.
  private func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
      .replacingOccurrences(of: "'", with: "&#39;")
  }

  @Test func nothingIsFetched() {
    let html = page()
    for word in ["http://", "https://", "//cdn", "@import", "url("] { #expect(!html.contains(word), "\(word)") }
    _ = TagBalance.fault(in: html) { name, attributes in
      #expect(!["link", "iframe", "object", "embed"].contains(name))
      if let source = attributes["src"] { #expect(source.hasPrefix("data:image/png;base64,")) }
    }
    #expect(html.contains("default-src &#39;none&#39;"))
  }

  @Test func hostileNamesStayText() {
    let hostile = "</style></script><script>alert('1')</script>\"><img src=x onerror=alert(1)>&\u{0}\u{202E}"
    var record = Self.made.record
    record.suite.title = hostile
    record.suite.resolved = hostile
    record.reproduce = hostile
    record.versions.gauntlet = hostile
    record.environment.libraries[hostile] = hostile
    record.warnings.append(.init(severity: .invalid, code: hostile, text: hostile))
    for i in record.subjects.indices {
      record.subjects[i].title = hostile
      record.subjects[i].plugin = hostile
      record.subjects[i].card.definition = hostile
      record.subjects[i].training?.log[0].name = hostile
    }
    for i in record.datasets.indices { record.datasets[i].title = hostile }
    for i in record.attacks.indices {
      record.attacks[i].title = hostile
      record.attacks[i].threat.text = hostile
    }
    for i in record.cells.indices {
      record.cells[i].flags = [hostile: 1]
      for j in record.cells[i].worst.indices { record.cells[i].worst[j].title = hostile }
    }
    for i in record.scores.indices {
      record.scores[i].title = hostile
      record.scores[i].definition = hostile
    }
    var samples = Self.made.samples
    for i in samples.tables.indices {
      samples.tables[i].names = samples.tables[i].names.map { $0 + hostile }
      for j in samples.tables[i].scores.indices { samples.tables[i].scores[j].title = hostile }
    }
    let html = page(record, samples: samples)
    var scripts = 0
    let fault = TagBalance.fault(in: html) { name, attributes in
      if name == "script" && attributes["type"] != "application/json" { scripts += 1 }
      #expect(!attributes.keys.contains { $0.hasPrefix("on") })
    }
    #expect(fault == nil)
    #expect(scripts == 1)
    #expect(!html.contains("alert('1')") && !html.contains("\u{0}") && !html.contains("\u{202E}"))
  }

  @Test func picturesKeepToTheirBudget() {
    let full = page().utf8.count
    #expect(full < 2_000_000)
    let none = page(Fixture.record(), samples: nil, budget: 0)
    #expect(none.utf8.count < 300_000)
    #expect(TagBalance.fault(in: none) == nil)
    #expect(!none.contains("data:image") && none.contains("are in the folder of the run"))
    let some = page(Fixture.record(), samples: nil, budget: 50_000).utf8.count
    #expect(some > none.utf8.count + 30_000 && some < none.utf8.count + 100_000)
  }

  @Test func onlyPNGIsEmbedded() {
    let html = HTMLReport(Fixture.record()) { _ in Data("<svg onload=alert(1)>".utf8) }.render()
    #expect(!html.contains("data:image"))
  }

  @Test func equalRecordsGiveEqualPages() { #expect(page() == page()) }

  @Test func anEmptyRunIsAPageToo() {
    var record = Fixture.record()
    record.scores = []
    record.cells = []
    record.subjects = []
    record.attacks = []
    record.warnings = []
    record.timing = nil
    let html = page(record)
    #expect(TagBalance.fault(in: html) == nil)
    #expect(html.contains("0 subjects"))
  }

  @Test func undefinedNumbersDoNotBreakThePage() {
    var record = Fixture.record()
    for i in record.scores.indices {
      record.scores[i].value = [Double.nan, .infinity, -.infinity, 1e300, -5][i % 5]
      if i % 2 == 0 { record.scores[i].interval = .init(low: .nan, high: .nan, level: 0.95, method: "none") }
    }
    for i in record.subjects.indices {
      record.subjects[i].training?.log[0].points = [.init(step: 0, value: .nan), .init(step: 1, value: .infinity)]
    }
    let html = page(record)
    #expect(TagBalance.fault(in: html) == nil)
    let words = html.components(separatedBy: "<script>")[0].lowercased()
    for text in [">nan<", "\"nan\"", "\"inf\"", " nan ", " nan<", "[nan", "nan]"] {
      #expect(!words.contains(text), "\(text)")
    }
  }

  @Test func pairsAndDistributionsNeedTheSamples() {
    let (with, without) = (page(), page(samples: nil))
    for id in ["pairs", "distributions"] {
      #expect(with.contains("<section id=\"\(id)\"") && !without.contains("<section id=\"\(id)\""))
    }
    // Every pair of the five subjects on triplets, and of the three on shapes.
    #expect(with.components(separatedBy: "\"subjects\":[").count - 1 == 2 + 10 + 3)
    #expect(with.contains("McNemar"))
  }

  @Test func flagsLeadToWhatTheyMean() {
    var record = Fixture.record()
    record.cells[1].flags = ["zero-gradient": 4, "clean-is-worst:margin": 2, "of-a-plugin": 1]
    let html = page(record)
    for code in ["collapsed", "zero-gradient", "clean-is-worst"] {
      #expect(html.contains("href=\"#trust-\(code)\"") && html.contains("id=\"trust-\(code)\""))
    }
    #expect(html.contains("<span class=\"flag\">of-a-plugin</span>"))
  }

  @Test func collapseIsMarkedWhereItMisleads() {
    let html = page()
    #expect(html.contains("class=\"heat void\""))
    var healthy = Fixture.record()
    healthy.warnings = []
    #expect(!page(healthy).contains("class=\"heat void\""))
  }
}
