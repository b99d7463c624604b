internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors
internal import Training

/// `lipsim-finetune`: answers to triplets with a margin between unit embeddings.
struct Finetuning: Defense {
  static let card = Card(
    id: "lipsim-finetune", version: "1", title: "LipSim, finetuned on triplets",
    definition: "minimises the sum over a batch of max(0, m − (d(x, farther) − d(x, closer))), d = 1 − cosine of the "
      + "embeddings, farther and closer by the votes; triplets that people are divided about evenly have no term",
    reference: "Ghazanfari et al., LipSim: a provably robust perceptual similarity metric (ICLR 2024), step 2",
    deviations: [
      "The hinge is each triplet's own; for soft votes the published code's shapes broadcast over the batch."
    ])

  static let plugin = Plugin<any Defense>(
    card,
    settings: LipSimSettings.schema(epochs: "1", batch: "32", schedule: .interp) + [
      Setting(
        "margin", .number(0...2), default: "0.5", help: "m; the released weights have 0.2 and 0.5")
    ]
  ) { values in
    Finetuning(settings: LipSimSettings(values), margin: Float(values.number("margin")))
  }

  let settings: LipSimSettings
  let margin: Float

  var card: Card { Self.card }

  func defend(_ start: Start, with data: TrainingData, in session: any TrainingSession) throws -> any Metric {
    guard case .backbone(let backbone) = start else { throw LipSimError.needsBackbone(defense: card.id) }
    guard case .triplets(let dataset) = data else {
      throw LipSimError.needsTriplets(defense: card.id, dataset: data.dataset.card.id)
    }
    guard dataset.images == backbone.images else {
      throw LipSimError.imagesDiffer(
        defense: card.id, dataset: dataset.card.id, images: "\(dataset.images)", backbone: "\(backbone.images)")
    }
    guard dataset.count >= 2 else {
      throw LipSimError.tooFew(defense: card.id, dataset: dataset.card.id, count: dataset.count)
    }
    let objective = FinetuningObjective(
      batches: ShuffledBatches(count: dataset.count, size: settings.batch, seed: session.seed), dataset: dataset,
      margin: margin)
    return try backbone.trained(by: objective, card: card, settings: settings, in: session)
  }
}

private struct FinetuningObjective: TrainingObjective {
  let batches: ShuffledBatches
  let dataset: any TripletDataset
  let margin: Float

  var stepsPerEpoch: Int { batches.stepsPerEpoch }

  func loss(
    at place: TrainingPlace, by network: TrainableNetwork
  ) throws -> (loss: Variable, series: [TrainingSeries]) {
    let triplets = try dataset.triplets(batches.batch(step: place.step).samples)
    let count = triplets.votes.count
    let embeddings = try network.train(
      Variable(constant: Tensor(concatenating: [triplets.references, triplets.first, triplets.second])),
      batchNorm: .frozen)
    let placed = embeddings.normalizedRows()
    let reference = placed.rows(0..<count)
    // d(x, second) − d(x, first): negative where the second is nearer.
    let difference =
      pairedProducts(reference, placed.rows(count..<2 * count))
      - pairedProducts(reference, placed.rows(2 * count..<3 * count))
    let truth = Variable(constant: Tensor(triplets.votes.map { $0 > 0.5 ? -1 : $0 < 0.5 ? 1 : 0 }, [count]))
    let counts = Variable(constant: Tensor(triplets.votes.map { $0 == 0.5 ? 0 : 1 }, [count]))
    let answers = difference * truth
    let right = zip(answers.value.scalars, triplets.votes).filter { $0 > 0 && $1 != 0.5 }.count
    return (
      ((margin - answers).relu() * counts).sum(), [TrainingSeries("accuracy", Double(right) / Double(count))]
    )
  }
}

extension Backbone {
  /// The metric that a training of this backbone makes; LipSim's compares by cosine.
  func trained(
    by objective: any TrainingObjective, card: Card, settings: LipSimSettings, in session: any TrainingSession
  ) throws -> EmbeddingNetwork {
    let total = settings.total(perEpoch: objective.stepsPerEpoch)
    let loop = TrainingLoop(
      defense: card.id, total: total, optimizer: settings.optimizer(), learningRate: settings.rate(of: total),
      session: session)
    return try EmbeddingNetwork(
      card: card,
      backbone: Backbone(
        architecture: architecture, normalization: normalization, geometry: geometry, images: images,
        embedding: embedding,
        parameters: try loop.run(objective, graph: try graph(), parameters: parameters, input: images)))
  }
}
