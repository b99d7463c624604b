import BuiltIns
import Foundation
import GauntletKit
import Harness
import Tensors
import Testing

/// Searches compared on networks that were trained for the test: one plainly, one adversarially.
struct SearchComparisonTests {
  private static let text = """
    seed: 7
    datasets:
      shapes: {dataset: "shapes:size=28,classes=16,train-per-class=40,test-per-class=8", samples: 24}
    backbones:
      pretrained:
        defense: softmax:epochs=6,batch=64,learning-rate=3e-3
        on: shapes
        architecture: small-conv
        embedding: 32
        normalization: none
        geometry: N
    subjects:
      plain: {defense: "none:epochs=1,learning-rate=1e-3,triplets=all-active", on: shapes, from: pretrained}
      act: {defense: "act:epochs=2,learning-rate=1e-3,triplets=all-active,adversary-steps=3,alpha=4/255", on: shapes, from: pretrained}
    attacks:
      - ers:eps=4/255
      - ers:eps=4/255,search=rank-apgd
    """

  /// The published search takes 32 gradients of every image that its steps still move; rank-apgd 32 at most, and no measure
  /// is better for the defender in the mean.
  @Test func rankAPGDIsNoWeakerThanThePublishedSearchOnTrainedNetworks() throws {
    let folder = try RunFolder(
      FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path)
    let suite = try Suite(
      parsing: Self.text, named: "test", path: "test.yaml", registry: try BuiltIns.registry())
    let runner = try Runner(Plan(suite), in: folder, progress: Progress(silent: true))
    try runner.run()
    let record = try runner.record(version: "test", reproduce: "", started: Date())
    var compared = 0
    for published in record.cells {
      guard let id = published.attack, !id.hasSuffix("#2") else { continue }
      let found = try #require(
        record.cells.first { $0.subject == published.subject && $0.attack == "\(id) #2" }, "\(id)")
      #expect(published.backwards <= 32 * 24 && found.backwards <= 32 * 24)
      for (before, after) in zip(published.measures, found.measures) {
        let (was, now) = (try #require(before.after), try #require(after.after))
        let isWorse = before.higherIsBetterForDefender ? now <= was + 1e-6 : now >= was - 1e-6
        #expect(isWorse, "\(published.subject) \(id) \(before.name): published \(was), rank-apgd \(now)")
        compared += 1
      }
    }
    #expect(compared == 2 * 10)
    func ers(_ name: String, _ subject: String) throws -> Double {
      try #require(record.scores.first { $0.name == name && $0.subject == subject }, "\(name)").value
    }
    for subject in ["plain", "act"] {
      let scores = try ["ers", "ers@search=rank-apgd", "ers+"].map { try ers($0, subject) }
      #expect(scores[2] <= min(scores[0], scores[1]) + 1e-9, "\(scores)")
      #expect(try ers("ers+:ca+", subject) <= ers("ers:ca+", subject))
    }
    // Every score has a key of its own.
    let keys = record.scores.map { [$0.subject, $0.attack ?? "", $0.threat?.text ?? "", $0.name] }
    #expect(Set(keys).count == keys.count)
  }
}
