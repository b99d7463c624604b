import BuiltIns
import Foundation
import GauntletKit
import Harness
import Testing

/// How a plan is cut, and that the parts come to what the whole does.
struct ShardTests {
  private static let metrics = """
    seed: 5
    datasets:
      pairs: {dataset: "triplets:count=30,size=32", samples: 17}
      shapes: {dataset: "shapes:size=32,classes=4,test-per-class=6", samples: 5}
    subjects:
      ssim: ssim
      net: "embedding:weights=random,architecture=small-conv,size=32,embedding=16"
    attacks: ["pgd:norm=linf,eps=4/255,steps=3,random-start=true", "gtm:steps=2"]
    """
  private static let trained = """
    seed: 5
    datasets:
      shapes: {dataset: "shapes:size=32,classes=8,train-per-class=20,test-per-class=8", samples: 20}
      pairs: {dataset: "triplets:size=32,count=20"}
    backbones:
      base: {defense: "softmax:epochs=4,batch=32", on: shapes, architecture: small-conv, embedding: 32}
    subjects:
      none: {defense: "none:epochs=1,batch=32", on: shapes, from: base}
      act: {defense: "act:epochs=2,batch=32,adversary-steps=2", on: shapes, from: base}
      lipsim: {defense: "lipsim:steps=2,batch=8", on: pairs, architecture: sll-2x8-1x32, embedding: 16, geometry: C, teachers: base}
      jpeg: {defense: "jpeg:quality=50", around: act}
      pixels: l2
    attacks: ["ers:steps=4", "pgd:norm=l2,eps=0.5,steps=4", {attack: "es:steps=2", surrogate: none}]
    certify: {radii: [0.1], skip-certified: true}
    """

  private func plan(_ text: String, limit: Int? = nil) throws -> Plan {
    let registry = try BuiltIns.registry()
    return try Plan(Suite(parsing: text, named: "test", path: "test.yaml", registry: registry), limit: limit)
  }

  private func folder() throws -> RunFolder {
    try RunFolder(FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path)
  }

  @Test func partsAreDisjointAndTogetherThePlan() throws {
    for text in [Self.metrics, Self.trained] {
      let whole = try plan(text)
      for count in [1, 2, 3, 7, 64] {
        let parts = Shard.all(of: count).map { whole.part($0) }
        #expect(parts.count == count)
        for place in whole.cells.indices where whole.cells[place].inapplicable == nil {
          let shares = parts.map { $0.cells[place].samples }
          #expect(shares.flatMap(\.self).sorted() == whole.cells[place].samples, "\(whole.cells[place].title)")
          #expect(shares.allSatisfy { $0 == $0.sorted() })
          // The natural values of a ranking are about the whole gallery.
          if whole.cells[place].attack == nil, whole.cells[place].task == .retrieval {
            #expect(shares.count { !$0.isEmpty } == 1)
          }
        }
        for place in whole.certificates.indices {
          let shares = parts.flatMap { $0.certificates[place].samples }
          #expect(shares.sorted() == whole.certificates[place].samples)
        }
      }
    }
  }

  /// Attacks leave alone what is certified: whoever attacks a sample must have its certificate.
  @Test func aCertificateIsWhereItsAttackIs() throws {
    let whole = try plan(Self.trained)
    #expect(!whole.certificates.isEmpty)
    for part in Shard.all(of: 5).map({ whole.part($0) }) {
      for certificate in part.certificates {
        let cell = part.cells.first {
          $0.subject.key == certificate.subject.key && $0.dataset.key == certificate.dataset.key
            && $0.attack?.key == certificate.attack?.key
        }
        #expect(cell?.samples == certificate.samples)
      }
    }
  }

  /// A cell of a metric is dealt out evenly, however dear the metric is.
  @Test func noCellOfAMetricIsABottleneck() throws {
    let whole = try plan(Self.metrics)
    let parts = Shard.all(of: 4).map { whole.part($0) }
    for place in whole.cells.indices where whole.cells[place].attack != nil && whole.cells[place].inapplicable == nil {
      let sizes = parts.map { $0.cells[place].samples.count }
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
    let totals = parts.map { $0.cells.reduce(0) { $0 + $1.samples.count } }
    // Five cells are dealt out, one of five samples is not.
    #expect((totals.max() ?? 0) - (totals.min() ?? 0) <= 5 + 5)
  }

  /// Work with something that it needs first is cut so that few pieces pay for the same thing.
  @Test func lineIsCutWhereItCostsLeast() throws {
    func item(_ cell: Int, _ count: Int, _ each: Double, _ needs: [String: Double], isWhole: Bool = false)
      -> WorkLine.Item
    {
      WorkLine.Item(cell: cell, count: count, each: each, isWhole: isWhole, needs: needs)
    }
    // Two models with dear trainings: each piece needs one of them.
    let two = WorkLine([item(0, 10, 1, ["a": 100]), item(1, 10, 1, ["a": 100]), item(2, 20, 1, ["b": 100])])
    #expect(two.cut(2).map { Set($0.map(\.cell)) } == [[0, 1], [2]])
    // Without trainings one long cell is cut evenly.
    let one = WorkLine([item(0, 1000, 3, [:])])
    #expect(one.cut(4).map { $0.map(\.samples) } == [[0..<250], [250..<500], [500..<750], [750..<1000]])
    // What cannot be cut stays in one piece, and nothing is lost where shards outnumber samples.
    let whole = WorkLine([item(0, 5, 1, [:], isWhole: true), item(1, 2, 1, [:])])
    for count in 1...9 {
      let pieces = whole.cut(count).flatMap(\.self)
      #expect(whole.cut(count).count == count)
      #expect(pieces.filter { $0.cell == 0 }.map(\.samples) == [0..<5])
      #expect(pieces.filter { $0.cell == 1 }.flatMap { Array($0.samples) } == [0, 1])
    }
    #expect(WorkLine([]).cut(3) == [[], [], []])
  }

  @Test(arguments: ["0/3", "4/3", "1", "a/b", "1/0", "1/2/3", "-1/3", "1/10001", ""])
  func whatIsNoShard(text: String) { #expect(Shard(text) == nil) }

  @Test func everyShardHasItsPlace() {
    #expect(Shard("2/3")?.folderName == "2-of-3")
    #expect(Shard.all(of: 3).map(\.description) == ["1/3", "2/3", "3/3"])
  }

  /// In one process: rows, scores and probes of three parts are those of the whole, whatever was settled before.
  @Test func partsComeToTheWhole() throws {
    let plan = try plan(Self.metrics)
    let reference = try Runner(plan, in: folder(), progress: Progress(silent: true))
    try reference.run()
    let identity = PlanIdentity(plan, version: "test")
    var folders: [RunFolder] = []
    for shard in Shard.all(of: 3) {
      folders.append(try folder())
      let record = ShardRecord(shard, identity: identity, limit: nil, reproduce: "")
      var run = try ShardRun(
        plan.part(shard), record: record, in: folders[folders.count - 1], progress: Progress(silent: true))
      try run.run(started: Date())
      let done = try run.progress()
      #expect(done.settled == done.wanted && done.wanted > 0)
    }
    // Two of three are missing something, which a plan for more shards says; what it deals out closes the gap.
    let part = try PlanRecord(plan, shards: 2, settledIn: [folders[0], folders[1]])
    #expect(
      part.cells.reduce(0) { $0 + $1.missing }
        == plan.part(Shard.all(of: 3)[2]).cells.reduce(0) { $0 + $1.samples.count })
    #expect(part.shards.reduce(0) { $0 + $1.samples } == part.cells.reduce(0) { $0 + $1.missing })
    let merge = try Merge(folders.map(\.path), models: nil, registry: BuiltIns.registry(), version: "test")
    let whole = try folder()
    let outcome = try merge.write(to: whole, isPartial: false)
    #expect(outcome.gaps.isEmpty && outcome.failures.isEmpty)
    let merged = try Runner(merge.plan, in: whole, progress: Progress(silent: true))
    try merged.settle(outcome.failures)
    #expect(try merged.rowsAsCSV() == reference.rowsAsCSV())
    #expect(try merged.samples() == reference.samples())
    func record(_ runner: Runner) throws -> Data {
      try runner.record(version: "test", reproduce: "", started: Date()).withoutTiming().encoded()
    }
    #expect(try record(merged) == record(reference))
  }
}
