public import GauntletKit
import Gradients
import Networks
import Tensors
import Training

/// The defense `template-defense`: adversarial triplet training. This is the one file to edit.
///
/// What is here is whole and works. Change, in this order: `card` (what it is; a new `version` whenever its numbers
/// change), `settings` (what a suite may tell it), `attacked` (what the adversary of a step does) and `tripletLoss` (what
/// is learned). Batches, checkpoints and resuming come from `TrainingLoop`; keep every random choice in a `RandomStream`
/// keyed by the seed, the purpose and the place, and a training that was killed gives the weights of one that was not.
public enum TemplateDefense {
  public static func register(in registry: inout Registry) throws {
    try registry.defenses.register(
      Plugin(TemplateDefenseTraining.card, settings: TemplateDefenseTraining.settings) { TemplateDefenseTraining($0) })
  }
}

/// What a suite names: trains the backbone that it is given.
struct TemplateDefenseTraining: Defense {
  static let card = Card(
    id: "template-defense", version: "1", title: "TemplateDefense",
    definition:
      "an inner PGD (evaluation mode) moves the anchors a within ε (ℓ∞) to where the loss is large; the outer "
      + "step minimises the mean of max(0, d(ã,p) − d(ã,n) + γ) over all active triplets of a batch of pairs",
    reference: "name the paper here")

  static let settings = [
    Setting("epochs", .number(0...10_000), default: "4", help: "passes over the training images, each once as anchor"),
    Setting("pairs", .integer(2...4096), default: "48", help: "pairs of one class in a batch"),
    Setting("learning-rate", .number(0...1), default: "1e-3", help: "of Adam, at the start; half a cosine down to 0"),
    Setting("margin", .number(0...4), default: "0.2", help: "γ of the triplet loss"),
    Setting("eps", .number(0...1), default: "4/255", help: "radius of the adversary (ℓ∞)"),
    Setting("alpha", .number(0...1), default: "2/255", help: "its step"),
    Setting("adversary-steps", .integer(0...1000), default: "2", help: "its number of steps"),
  ]

  let values: SettingValues

  init(_ values: SettingValues) { self.values = values }

  var card: Card { Self.card }

  func defend(_ start: Start, with data: TrainingData, in session: any TrainingSession) throws -> any Metric {
    guard case .backbone(let backbone) = start, case .retrieval(let dataset) = data else {
      throw PluginError.unusable(plugin: card.id, reason: "it trains a backbone on labelled images (from: and on:)")
    }
    guard dataset.images == backbone.images else {
      throw PluginError.unusable(
        plugin: card.id, reason: "the images are \(dataset.images), the backbone takes \(backbone.images)")
    }
    let objective = TemplateDefenseObjective(dataset, backbone.geometry, values, seed: session.seed)
    let total = Int((values.number("epochs") * Double(objective.stepsPerEpoch)).rounded(.up))
    let schedule = Schedule.cosine(rate: values.number("learning-rate"), warmUp: 0, total: total, final: 0)
    let parameters = try TrainingLoop(
      defense: card.id, total: total, optimizer: Adam(learningRate: values.number("learning-rate")),
      learningRate: { schedule.rate(at: $0) }, session: session
    ).run(objective, graph: try backbone.graph(), parameters: backbone.parameters, input: backbone.images)
    return try EmbeddingNetwork(
      card: card,
      backbone: Backbone(
        architecture: backbone.architecture, normalization: backbone.normalization, geometry: backbone.geometry,
        images: backbone.images, embedding: backbone.embedding, parameters: parameters))
  }
}

/// What the training minimises, step after step.
struct TemplateDefenseObjective: TrainingObjective {
  let dataset: any RetrievalDataset
  let geometry: Geometry
  let labels: [Int]
  let members: [Int: [Int]]
  let pairs: Int
  let margin: Float
  let ball: ThreatModel
  let alpha: Float
  let steps: Int
  let seed: UInt64

  init(_ dataset: any RetrievalDataset, _ geometry: Geometry, _ values: SettingValues, seed: UInt64) {
    self.dataset = dataset
    self.geometry = geometry
    self.seed = seed
    labels = dataset.labels(.train)
    members = Dictionary(grouping: labels.indices, by: { [labels] in labels[$0] })
    pairs = values.integer("pairs")
    margin = Float(values.number("margin"))
    ball = ThreatModel(norm: .linf, epsilon: values.number("eps"))
    alpha = Float(values.number("alpha"))
    steps = values.integer("adversary-steps")
  }

  var stepsPerEpoch: Int { max(1, (labels.count + pairs - 1) / pairs) }

  func loss(
    at place: TrainingPlace, by network: TrainableNetwork
  ) throws -> (loss: Variable, series: [TrainingSeries]) {
    let (anchors, positives) = batch(place.step)
    let classes = anchors.map { labels[$0] }
    let clean = try dataset.images(.train, anchors)
    let others = try dataset.images(.train, positives)
    let moved = try attacked(clean, others, classes, by: network)
    let images = Variable(constant: Tensor(concatenating: [moved, others]))
    let placed = geometry.placed(try network.train(images, batchNorm: .frozen))
    let count = anchors.count
    let (loss, active) = tripletLoss(placed.rows(0..<count), placed.rows(count..<2 * count), classes)
    return (loss, [TrainingSeries("active-triplets", Double(active))])
  }

  /// Anchors in an order of their own each epoch, and for each another image of its class.
  private func batch(_ step: Int) -> (anchors: [Int], positives: [Int]) {
    let epoch = step / stepsPerEpoch
    var order = Array(labels.indices)
    var shuffling = RandomStream(seed: seed, ["template-defense", "order"], [epoch])
    shuffling.shuffle(&order)
    let first = step % stepsPerEpoch * pairs
    let anchors = Array(order[first..<min(first + pairs, order.count)])
    return (
      anchors,
      anchors.map { anchor in
        let candidates = members[labels[anchor], default: [anchor]]
        var stream = RandomStream(seed: seed, ["template-defense", "positive"], [epoch, anchor])
        return candidates[stream.integer(below: candidates.count)]
      }
    )
  }

  /// The adversary: sign ascent of the loss in the anchors' pixels, inside the ball and [0, 1]. [N, C, H, W] → the same.
  private func attacked(
    _ clean: Tensor, _ others: Tensor, _ classes: [Int], by network: TrainableNetwork
  ) throws -> Tensor {
    let fixed = Variable(constant: geometry.placed(try network.evaluate(Variable(constant: others)).value))
    var images = clean
    for _ in 0..<steps {
      let leaf = Variable(leaf: images)
      let (loss, _) = tripletLoss(geometry.placed(try network.evaluate(leaf)), fixed, classes)
      let slope = try loss.gradient(of: leaf)
      let moved = images.zip(slope) { x, s in s > 0 ? x + alpha : s < 0 ? x - alpha : x }
      images = ball.projected(moved, around: clean)
    }
    return images
  }

  /// The mean of max(0, d(a,p) − d(a,n) + γ) over the active triplets: the anchor and positive of a row, and as negative
  /// the positive of every row of another class. Placed embeddings [N, D], [N, D] → [1], and how many are active.
  private func tripletLoss(
    _ anchors: Variable, _ positives: Variable, _ classes: [Int]
  ) -> (loss: Variable, active: Int) {
    let count = classes.count
    let distances = geometry == .cosine ? 1 - productMatrix(anchors, positives) : distanceMatrix(anchors, positives)
    let table = distances.reshaped([count * count, 1])
    let triplets = classes.indices.flatMap { a in
      classes.indices.filter { classes[$0] != classes[a] }.map { n in (own: a * count + a, other: a * count + n) }
    }
    let hinge = (table.rows(triplets.map(\.own)) - table.rows(triplets.map(\.other)) + margin).relu()
    let active = hinge.value.scalars.count { $0 > 0 }
    return (hinge.sum() * (1 / Float(max(active, 1))), active)
  }
}
