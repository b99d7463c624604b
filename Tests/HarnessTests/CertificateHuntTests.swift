import BuiltIns
import Foundation
import GauntletKit
import Tensors
import Testing

/// The whole cascade just inside the radii of Lipschitz metrics: no certified answer changes.
@Suite struct CertificateHuntTests {
  /// More of the same, for an hour: set GAUNTLET_HUNT to the number of triplets.
  static let count = ProcessInfo.processInfo.environment["GAUNTLET_HUNT"].flatMap(Int.init) ?? 8

  static let metrics = [
    "lipsim:weights=random,size=tiny,resolution=32,embedding=32",
    "lipsim:weights=random,size=tiny,resolution=32,embedding=8,seed=4",
    "lipsim:weights=random,size=tiny,resolution=32,embedding=48,seed=9,bias=none",
  ]

  @Test(arguments: metrics, [MovedImages.reference, .candidates, .all])
  func noCertifiedAnswerChanges(_ name: String, _ moved: MovedImages) throws {
    let registry = try BuiltIns.registry()
    let metric = try #require(try registry.metrics.make(PluginReference(name)) as? any EmbeddingMetric)
    let source = "triplets:size=32,count=\(Self.count),seed=31"
    let dataset = try #require(try registry.datasets.make(PluginReference(source)) as? any TripletDataset)
    let radii = try self.radii(metric, moved, dataset)
    let ranked = radii.indices.filter { radii[$0] > 1e-4 }.sorted { radii[$0] < radii[$1] }
    #expect(!ranked.isEmpty)
    // Neighbours in radius are attacked together, at the least of theirs.
    for start in stride(from: 0, to: ranked.count, by: 32) {
      let ids = Array(ranked[start..<min(start + 32, ranked.count)])
      try attack(metric, ids, moved, radius: radii[ids[0]], dataset, registry, name)
    }
  }

  private func radii(_ metric: any EmbeddingMetric, _ moved: MovedImages, _ dataset: any TripletDataset) throws
    -> [Double]
  {
    let claim = try #require(try metric.lipschitzClaim())
    return try stride(from: 0, to: dataset.count, by: 64).flatMap { start in
      let drawn = try dataset.triplets(Array(start..<min(start + 64, dataset.count)))
      let parts = try [drawn.references, drawn.first, drawn.second].map {
        try metric.embed(.init(constant: $0)).value
      }
      return (0..<parts[0].rows).map { row in
        TwoAlternativeCertificate(
          reference: parts[0].row(row).scalars, first: parts[1].row(row).scalars, second: parts[2].row(row).scalars,
          geometry: metric.geometry, claim: claim)[moved]
      }
    }
  }

  private func attack(
    _ metric: any EmbeddingMetric, _ ids: [Int], _ moved: MovedImages, radius: Double, _ dataset: any TripletDataset,
    _ registry: Registry, _ name: String
  ) throws {
    let drawn = try dataset.triplets(ids)
    // The metric's own answer is the truth here: whether it is right is another question.
    let first = try metric.distances(drawn.references, drawn.first)
    let second = try metric.distances(drawn.references, drawn.second)
    let triplets = Triplets(
      references: drawn.references, first: drawn.first, second: drawn.second,
      votes: ids.indices.map { first[$0] < second[$0] ? 0 : 1 })
    let (steps, queries) = Self.count > 100 ? (100, 200) : (10, 20)
    let attack = try registry.attacks.make(
      PluginReference(
        "autoattack-2afc:norm=l2,eps=\(0.999 * radius),steps=\(steps),queries=\(queries),moved=\(moved.rawValue)"))
    let task = try TwoAlternativeTask(metric: metric, ids: ids, triplets: triplets, moved: moved)
    let everyone = Array(ids.indices)
    for stage in try attack.stages(for: .twoAlternative(task)) {
      let found = try stage.search.run(
        stage.objective, from: task.movedImages, samples: everyone, within: attack.threat,
        seeds: SampleSeeds(seed: 1, attack: stage.name, ids: ids))
      let inside = attack.threat.projected(found, around: task.movedImages)
      let broken = try TwoAlternativeObjective(task: task).isBroken(at: inside, samples: everyone)
      #expect(
        !broken.contains(true), "\(name): within \(radius) an answer changed of \(zip(ids, broken).filter(\.1))")
    }
  }
}
