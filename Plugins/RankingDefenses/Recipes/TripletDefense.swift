internal import GauntletKit
internal import Networks

/// A defense that trains by a recipe over triplets.
struct TripletDefense: Defense {
  let card: Card
  let training: TrainingSettings
  let recipe: any TripletRecipe

  /// The literature's values, for a backbone pretrained elsewhere (retrieval specification 1.5).
  ///
  /// A pass shows every image as an anchor and as many partners, so papers count 75 passes as 150 epochs.
  static let defaults = TrainingSettings.Defaults(
    epochs: "75", optimizer: .adam, learningRate: "1e-5", weightDecay: "4e-4", schedule: .constant, warmup: "0",
    batchNorm: .frozen, augmentation: .cropFlip)

  /// The plugin of a recipe: settings of every training, and its own.
  static func plugin(
    _ card: Card, defaults: TrainingSettings.Defaults = Self.defaults, settings: [Setting],
    recipe: @escaping @Sendable (SettingValues) throws -> any TripletRecipe
  ) -> Plugin<any Defense> {
    Plugin(card, settings: TrainingSettings.schema(defaults) + settings) { values in
      TripletDefense(card: card, training: TrainingSettings(values), recipe: try recipe(values))
    }
  }

  func defend(
    _ start: Start, with data: TrainingData, in session: any TrainingSession
  ) throws -> any Metric {
    let start = try TrainingStart(start, data, defense: card.id)
    try recipe.check(start.backbone)
    let objective = TripletObjective(
      batches: PairBatches(labels: start.images.labels, pairs: max(1, training.batch / 2), seed: session.seed),
      geometry: start.backbone.geometry, dimension: start.backbone.embedding, recipe: recipe)
    return try start.metric(
      card,
      parameters: try start.train(
        objective, graph: try start.backbone.graph(), parameters: start.backbone.parameters, settings: training,
        in: session))
  }
}
