internal import Foundation
public import GauntletKit

/// A defense made on embedded data, beside the same network without it, and attacked by itself.
///
/// A network is trained to classify drawn pictures, and then without a defense (`none`) and with the one that is tried. A
/// wrapper stands around the undefended network. One that distils imitates it.
public struct DefenseTrial {
  /// What the networks are, and what they are trained on.
  public struct Recipe: Hashable, Sendable {
    /// Of labelled images; the self-attack's triplets have their size.
    public var dataset = "shapes:size=32,train-per-class=30"
    /// What the defense trains on; nil for the same.
    public var defenseDataset: String?
    /// The defended network; nil for one like the undefended, starting from the same weights.
    public var architecture: String?
    /// Whether the defended network imitates the undefended one.
    public var imitates = false
    public var embedding = 128
    public var pretraining = "softmax:epochs=4,batch=64,learning-rate=3e-3"
    public var undefended = "none:epochs=2,learning-rate=1e-3,schedule=cosine,triplets=all-active"
    /// Drawn triplets whose right answers are clear.
    public var triplets = "triplets:size=32,count=48,seed=5,ratio-min=1.5,ratio-max=4"

    public init() {}
  }

  private let defense: String
  private let recipe: Recipe
  private let registry: Registry
  private let seed: UInt64
  private let progress: Progress

  /// - Parameter registry: the built-in plugins, and the one that is tried.
  public init(
    _ defense: String, recipe: Recipe = Recipe(), registry: Registry, seed: UInt64 = 1,
    progress: Progress = Progress(silent: true)
  ) {
    self.defense = defense
    self.recipe = recipe
    self.registry = registry
    self.seed = seed
    self.progress = progress
  }

  /// Trains what is needed, in memory, and attacks it.
  /// - Throws: `PluginError` for unknown plugins and settings; what the defense throws.
  public func report(effort: SelfAttack.Effort = SelfAttack.Effort()) throws -> SelfAttackReport {
    let (use, tried) = try PluginUse.resolve(defense, in: registry.defenses)
    let data = try PluginUse.resolve(recipe.dataset, in: registry.datasets).product
    let own = try recipe.defenseDataset.map { try PluginUse.resolve($0, in: registry.datasets).product } ?? data
    let triplets = try PluginUse.resolve(recipe.triplets, in: registry.datasets).product
    guard let triplets = triplets as? any TripletDataset else {
      throw HarnessError.training(model: use.card.id, reason: "\(recipe.triplets) has no triplets to attack")
    }
    let fresh = try blueprint("small-conv", Geometry.sphere).backbone(for: data.images, seed: seed)
    let pretrained = try backbone(made(recipe.pretraining, .backbone(fresh), data), recipe.pretraining)
    let undefended = try made(recipe.undefended, .backbone(pretrained), data)
    if let wrapper = tried as? any WrappingDefense {
      let metric = try wrapper.wrap(undefended)
      return try SelfAttack(
        metric, undefended: undefended, around: undefended, on: triplets, effort: effort, seed: seed
      )
      .report()
    }
    var start = pretrained
    if let architecture = recipe.architecture {
      start = try blueprint(architecture, recipe.imitates ? .cosine : .sphere).backbone(for: own.images, seed: seed)
    }
    guard let teacher = undefended as? any EmbeddingMetric else {
      throw HarnessError.training(model: recipe.undefended, reason: "it embeds nothing")
    }
    let metric = try made(defense, recipe.imitates ? .student(start, teachers: [teacher]) : .backbone(start), own)
    return try SelfAttack(metric, undefended: undefended, on: triplets, effort: effort, seed: seed).report()
  }

  private func blueprint(_ architecture: String, _ geometry: Geometry) throws -> Blueprint {
    try Blueprint(
      architecture: architecture, embedding: recipe.embedding, normalization: "none", geometry: geometry.rawValue)
  }

  private func backbone(_ metric: any Metric, _ defense: String) throws -> Backbone {
    guard let network = metric as? EmbeddingNetwork else {
      throw HarnessError.training(
        model: defense, reason: "it made a \(type(of: metric)), which is no network to go on from")
    }
    return network.backbone
  }

  private func made(_ text: String, _ start: Start, _ dataset: any Dataset) throws -> any Metric {
    let (use, defense) = try PluginUse.resolve(text, in: registry.defenses)
    let data: TrainingData
    switch dataset {
    case let dataset as any RetrievalDataset: data = .retrieval(dataset)
    case let dataset as any TripletDataset: data = .triplets(dataset)
    default:
      throw HarnessError.training(model: use.card.id, reason: "\(dataset.card.id) is nothing to train on")
    }
    let checkpoint = FileManager.default.temporaryDirectory.appendingPathComponent("gauntlet-\(UUID().uuidString)").path
    let session = TrainingRun(seed: seed, title: "train \(use.card.id)", checkpoint: checkpoint, progress: progress)
    defer { try? FileManager.default.removeItem(atPath: checkpoint) }
    let metric = try defense.defend(start, with: data, in: session)
    session.finish()
    return metric
  }
}
