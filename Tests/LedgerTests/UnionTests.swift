import Foundation
import Ledger
import Testing

struct UnionTests {
  private func path() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString).sqlite").path
  }

  private func row(_ sample: Int, before: Double = 1, after: Double? = nil, stage: String = "pgd") -> LedgerRow {
    LedgerRow(
      sample: sample, targets: [3], measures: [LedgerMeasure("margin", before: before, after: after)],
      norms: LedgerNorms(linf: 0.1, l2: 0.5, l1: 2), forwards: 3, backwards: 2, stage: stage)
  }

  @Test func theUnionHasEveryRowAndValue() throws {
    let (mine, theirs) = (path(), path())
    let ledger = try Ledger(at: mine)
    try ledger.append([row(0, before: .nan), row(2)], to: "cell")
    try ledger.setValue(1, named: "nmi", of: "cell")
    do {
      let other = try Ledger(at: theirs)
      try other.append([row(0, before: .nan), row(1, after: -0.0)], to: "cell")
      try other.append([row(5)], to: "another")
      try other.setValue(2, named: "nmi", of: "another")
    }
    try ledger.absorb(theirs)
    #expect(try ledger.samples(of: "cell") == [0, 1, 2])
    #expect(try ledger.rows(of: "cell")[1].measures[0].after?.sign == .minus)
    #expect(try ledger.rows(of: "another") == [row(5)])
    #expect(try ledger.value(named: "nmi", of: "cell") == 1)
    #expect(try ledger.value(named: "nmi", of: "another") == 2)
    // Again changes nothing, and the other is as it was.
    try ledger.absorb(theirs)
    #expect(try ledger.samples(of: "cell") == [0, 1, 2])
    #expect(try Ledger(at: theirs).samples(of: "cell") == [0, 1])
  }

  @Test(arguments: [("before", 1.0), ("after", 2.0), ("stage", 1.0)])
  func contradictionsAreRefusedAsAWhole(what: String, before: Double) throws {
    let (mine, theirs) = (path(), path())
    let ledger = try Ledger(at: mine)
    try ledger.append([row(4, before: 2, after: 3)], to: "cell")
    do {
      let after: Double? = what == "after" ? nil : 3
      let own = row(4, before: what == "stage" ? 2 : before, after: after, stage: what == "stage" ? "apgd" : "pgd")
      try Ledger(at: theirs).append([own, row(5)], to: "cell")
    }
    let error = #expect(throws: LedgerError.self) { try ledger.absorb(theirs) }
    #expect(error == .contradiction(path: mine, other: theirs, cell: "cell", sample: 4))
    #expect(try ledger.samples(of: "cell") == [4])
    // The ledger goes on being of use.
    try ledger.append([row(6)], to: "cell")
    #expect(try ledger.samples(of: "cell") == [4, 6])
  }

  @Test func whatIsNoLedgerIsAnError() throws {
    let (mine, theirs) = (path(), path())
    try Data("this is not a database, and long enough to be looked at as one".utf8).write(
      to: URL(fileURLWithPath: theirs))
    let ledger = try Ledger(at: mine)
    let error = #expect(throws: LedgerError.self) { try ledger.absorb(theirs) }
    #expect(error?.description.contains(theirs) == true)
  }
}
