import BuiltIns
import FileFormats
import Foundation
import GauntletKit
import Tensors

extension Work {
  /// AutoAttack for two alternatives in two parts: `AA_TRIPLETS` triplets in batches of 28, `AA_QUERIES` queries of Square.
  static let decisions = [
    Work(
      name: "autoattack-2afc", peers: layouts, parts: 2,
      // Percent; random parts differ, and the peer's Square shares its windows within a batch.
      tolerances: ["correct": 13],
      performance: { folder in
        let world = try DecisionWorld(folder: folder)
        return Performance(once: world.next, results: { world.results }, isWarm: true)
      })
  ]
}

/// What both sides attack: references with a nearer and a farther noisy copy, and a ResNet-18. Written into the folder that
/// the sides share: `reference.npy`, `nearer.npy`, `farther.npy`, `weights.safetensors`, `settings.json`.
private final class DecisionWorld {
  private static let parts = 2
  /// What the network computes together on two cores, so that a full batch wastes nothing.
  private static let batch = 28
  private static let radius = 0.0025

  private let attack: any Attack
  private let metric: any EmbeddingMetric
  private let references: Tensor
  private let nearer: Tensor
  private let farther: Tensor
  private var done = 0
  private var held = 0
  private var right = 0

  init(folder: URL) throws {
    let registry = try BuiltIns.registry()
    let count = try ERSWorld.number("AA_TRIPLETS", 56, 2...1000)
    let queries = try ERSWorld.number("AA_QUERIES", 200, 1...5000)
    let source = "shapes:size=64,classes=40,train-per-class=1,test-per-class=50"
    guard let dataset = try registry.datasets.make(PluginReference(source)) as? any RetrievalDataset else {
      throw BenchError.badSetting("dataset", got: source, expected: "images")
    }
    let all = try dataset.images(.test, Array(0..<1000))
    let storage = try ERSWorld.randomNetwork(all).storage
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    try SafeTensors(tensors: storage.tensors, metadata: storage.metadata).write(to: path("weights.safetensors"))
    let weights = PluginReference(id: "embedding", settings: [("weights", path("weights.safetensors"))])
    guard let metric = try registry.metrics.make(weights) as? any EmbeddingMetric else {
      throw BenchError.badSetting("weights", got: "a distance", expected: "an embedding")
    }
    self.metric = metric
    references = all.rows((0..<count).map { $0 * 997 % 1000 })
    nearer = Self.noisy(references, 0.1, "nearer")
    farther = Self.noisy(references, 0.2, "farther")
    attack = try registry.attacks.make(
      PluginReference("autoattack-2afc:norm=linf,eps=\(Self.radius),queries=\(queries)"))
    for (name, images) in [("reference", references), ("nearer", nearer), ("farther", farther)] {
      try NPY.write(images, to: path("\(name).npy"))
    }
    let settings = ["radius": Self.radius, "queries": Double(queries), "parts": Double(Self.parts)]
    try JSONEncoder().encode(settings).write(to: URL(fileURLWithPath: path("settings.json")))
    _ = try task([0, 1])
  }

  private static func noisy(_ images: Tensor, _ size: Float, _ purpose: String) -> Tensor {
    var stream = RandomStream(seed: ERSWorld.seed, [purpose])
    return (images + Tensor(uniform: images.shape, in: -size...size, using: &stream)).clamped(to: 0...1)
  }

  private func task(_ ids: [Int]) throws -> TwoAlternativeTask {
    try TwoAlternativeTask(
      metric: metric, ids: ids,
      triplets: Triplets(
        references: references.rows(ids), first: nearer.rows(ids), second: farther.rows(ids),
        votes: ids.map { _ in 0 }))
  }

  /// The next part of the triplets.
  func next() throws {
    let part = done % Self.parts
    done += 1
    let ids = Array(0..<references.rows).filter { $0 % Self.parts == part }
    for start in stride(from: 0, to: ids.count, by: Self.batch) {
      try run(Array(ids[start..<min(start + Self.batch, ids.count)]))
    }
  }

  private func run(_ ids: [Int]) throws {
    let task = try task(ids)
    let objective = TwoAlternativeObjective(task: task)
    let samples = Array(ids.indices)
    let clean = task.triplets.references
    for stage in try attack.stages(for: .twoAlternative(task)) {
      let proposal = try stage.search.run(
        stage.objective, from: clean, samples: samples, within: attack.threat,
        seeds: SampleSeeds(seed: ERSWorld.seed, attack: stage.name, ids: ids))
      let broken = try objective.isBroken(at: attack.threat.projected(proposal, around: clean), samples: samples)
      held += broken.filter { !$0 }.count
    }
    right += try objective.isBroken(at: clean, samples: samples).filter { !$0 }.count
  }

  var results: [String: Double] {
    let count = Double(references.rows)
    return [
      "autoattack-2afc correct before": 100 * Double(right) / count,
      "autoattack-2afc correct after": 100 * Double(held) / count,
    ]
  }
}
