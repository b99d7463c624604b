import BuiltIns
import Foundation
import GauntletKit
import Harness
import Results
import Testing

/// Attacks that are searched on one subject and measured on another.
struct TransferTests {
  private static let text = """
    seed: 3
    batch: 12
    datasets:
      shapes: {dataset: "shapes:classes=8,train-per-class=6,test-per-class=6,size=28", samples: 12}
    subjects:
      plain: {defense: "none:steps=4,batch=16", on: shapes, architecture: small-conv, embedding: 8}
      twin: {defense: "none:steps=4,batch=16", on: shapes, architecture: small-conv, embedding: 8}
      other: {defense: "none:steps=9,batch=16", on: shapes, architecture: small-conv, embedding: 12}
    attacks:
      - ers:eps=16/255,steps=6,alpha=4/255
      - attack: ers:eps=16/255,steps=6,alpha=4/255
        surrogate: plain
    """

  private func suite(_ text: String = text) throws -> Suite {
    try Suite(parsing: text, named: "test", path: "test.yaml", registry: try BuiltIns.registry())
  }

  private func run() throws -> (Runner, RunRecord) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path
    let runner = try Runner(Plan(suite()), in: RunFolder(folder), progress: Progress(silent: true))
    try runner.run()
    return (runner, try runner.record(version: "test", reproduce: "", started: Date()))
  }

  @Test func aTwinIsAsGoodAsAccess() throws {
    let (_, record) = try run()
    for cell in record.cells where cell.subject == "twin" && cell.attack?.hasSuffix(" from plain") == true {
      let id = try #require(cell.attack?.dropLast(" from plain".count))
      let white = try #require(record.cells.first { $0.subject == "twin" && $0.attack == String(id) })
      #expect(cell.measures.map(\.after) == white.measures.map(\.after), "\(id)")
      #expect(cell.backwards == 0 && white.backwards > 0)
    }
    // A subject is no surrogate of itself.
    #expect(!record.cells.contains { $0.subject == "plain" && $0.attack?.contains(" from ") == true })
  }

  /// Another network is moved too, toward the same targets, but less than by an attack with access.
  @Test func anotherNetworkIsAttackedTowardTheSameTargets() throws {
    let (runner, record) = try run()
    let rows = try runner.rowsAsCSV().split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    func targets(_ attack: String) -> [String] { rows.filter { $0[1] == "other" && $0[3] == attack }.map { $0[8] } }
    #expect(targets("ca-plus linf 16/255").count == 12)
    for attack in ["ca-plus", "ca-minus", "qa-minus", "gtt", "gtm", "tma"].map({ "\($0) linf 16/255" }) {
      #expect(targets(attack) == targets("\(attack) from plain"), "\(attack)")
    }
    func ers(_ name: String) throws -> Double {
      try #require(record.scores.first { $0.name == name && $0.subject == "other" }, "\(name)").value
    }
    #expect(try ers("ers") < ers("ers@surrogate=plain"))
    #expect(try ers("ers+") <= ers("ers"))
    let moved = record.cells.filter { $0.subject == "other" && $0.attack == "es linf 16/255 from plain" }
    let shift = try #require(moved.first?.measures.first { $0.name == "shift" })
    #expect(try #require(shift.after) > shift.before + 1e-3)
  }

  @Test func aSuiteReadsBackWithItsSurrogates() throws {
    let once = try suite()
    let again = try suite(once.resolvedText)
    #expect(again.resolvedText == once.resolvedText)
    #expect(again.attacks.map(\.surrogate) == once.attacks.map(\.surrogate))
    #expect(once.attacks.count == 18)
  }

  @Test func anUnknownSurrogateIsAMistakeWithASuggestion() throws {
    let error = #expect(throws: HarnessError.self) {
      try suite(Self.text.replacingOccurrences(of: "surrogate: plain", with: "surrogate: plian"))
    }
    #expect("\(try #require(error))".contains("did you mean 'plain'?"))
  }
}
