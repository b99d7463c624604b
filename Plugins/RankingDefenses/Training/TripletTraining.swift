internal import GauntletKit

/// Triplet training of a backbone, with or without the collapse adversary: what `none` and `act` share.
struct TripletTraining: Sendable {
  let card: Card
  let training: TrainingSettings
  let triplets: TripletSettings
  let adversary: CollapseAdversary?
  let adversaryWarmup: Double

  /// The literature's values, for a backbone pretrained elsewhere (retrieval specification 1.5).
  ///
  /// A pass shows every image as an anchor and as many partners, so papers count 75 passes as 150 epochs.
  static let defaults = TrainingSettings.Defaults(
    epochs: "75", optimizer: .adam, learningRate: "1e-5", weightDecay: "4e-4", schedule: .constant, warmup: "0",
    batchNorm: .frozen, augmentation: .cropFlip)

  func defend(
    _ start: Start, with data: TrainingData, in session: any TrainingSession
  ) throws -> any Metric {
    let start = try TrainingStart(start, data, defense: card.id)
    let objective = TripletObjective(
      batches: PairBatches(labels: start.images.labels, pairs: max(1, training.batch / 2), seed: session.seed),
      settings: triplets, geometry: start.backbone.geometry, dimension: start.backbone.embedding,
      adversary: adversary, adversaryWarmup: adversaryWarmup)
    let loop = TrainingLoop(defense: card.id, settings: training, images: start.images, session: session)
    return try start.metric(
      card,
      parameters: try loop.run(
        objective, graph: try start.backbone.graph(), parameters: start.backbone.parameters,
        input: start.backbone.images))
  }
}
