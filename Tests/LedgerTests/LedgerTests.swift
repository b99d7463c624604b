import Foundation
import Ledger
import Testing

struct LedgerTests {
  private let path = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString).sqlite")
    .path

  private func row(_ sample: Int, before: Double = 1, after: Double? = nil, flags: [String] = []) -> LedgerRow {
    LedgerRow(
      sample: sample, targets: [3, 1], measures: [LedgerMeasure("margin", before: before, after: after)],
      norms: LedgerNorms(linf: 0.1, l2: 0.5, l1: 2), forwards: 3, backwards: 2, stage: "pgd", flags: flags)
  }

  @Test func rowsComeBackAsTheyWere() throws {
    let ledger = try Ledger(at: path)
    let rows = [row(0), row(1, before: 0.1 + 0.2, after: -1e-300, flags: ["a", "b:c"]), row(7, after: .infinity)]
    try ledger.append(rows, to: "cell")
    #expect(try ledger.rows(of: "cell") == rows)
    #expect(try ledger.samples(of: "cell") == [0, 1, 7])
    #expect(try ledger.rows(of: "another").isEmpty)
  }

  @Test func aNaNSurvives() throws {
    let ledger = try Ledger(at: path)
    try ledger.append([row(0, before: .nan, after: .nan)], to: "cell")
    let measure = try #require(try ledger.rows(of: "cell").first?.measures.first)
    #expect(measure.before.isNaN)
    #expect(measure.after?.isNaN == true)
  }

  @Test func aSettledRowIsNotWrittenAgain() throws {
    let ledger = try Ledger(at: path)
    try ledger.append([row(0, before: 1)], to: "cell")
    try ledger.append([row(0, before: 2), row(1, before: 2)], to: "cell")
    #expect(try ledger.rows(of: "cell").map { $0.measures[0].before } == [1, 2])
  }

  @Test func reopeningKeepsRowsAndValues() throws {
    try Ledger(at: path).append([row(4)], to: "cell")
    try Ledger(at: path).setValue(0.3, named: "nmi", of: "cell")
    let ledger = try Ledger(at: path)
    #expect(try ledger.samples(of: "cell") == [4])
    #expect(try ledger.value(named: "nmi", of: "cell") == 0.3)
    #expect(try ledger.value(named: "nmi", of: "other") == nil)
  }

  @Test func whatIsNoLedgerIsAnError() throws {
    try Data("this is not a database, and long enough to be looked at as one".utf8).write(
      to: URL(fileURLWithPath: path))
    let error = #expect(throws: LedgerError.self) { try Ledger(at: path) }
    #expect(error?.description.contains("not a sound SQLite database") == true)
  }

  @Test func aFolderThatIsNotThereIsAnError() {
    #expect(throws: LedgerError.self) { try Ledger(at: "/nonexistent/folder/ledger.sqlite") }
  }
}
