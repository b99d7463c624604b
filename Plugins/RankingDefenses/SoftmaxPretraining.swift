internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors
internal import Training

/// `softmax`: classification of the training classes; the result is the backbone without the classifier.
///
/// For suites that have no pretrained weights: triplet training from scratch tends to collapse.
struct SoftmaxPretraining: Defense {
  let training: TrainingSettings

  var card: Card { Self.card }

  static let card = Card(
    id: "softmax", version: "1", title: "Softmax pretraining on the training classes",
    definition: "minimises the mean cross-entropy of softmax(W φ(x) + b) against the class, then drops W and b",
    reference: "Zhai and Wu, Classification is a strong baseline for deep metric learning (BMVC 2019)")

  static let plugin = Plugin<any Defense>(
    card,
    settings: TrainingSettings.schema(
      TrainingSettings.Defaults(
        epochs: "3", optimizer: .adamw, learningRate: "1e-3", weightDecay: "0.05", schedule: .cosine, warmup: "0.05",
        batchNorm: .train, augmentation: .cropFlip))
  ) { values in SoftmaxPretraining(training: TrainingSettings(values)) }

  func defend(_ start: Start, with data: TrainingData, in session: any TrainingSession) throws -> any Metric {
    let start = try TrainingStart(start, data, defense: card.id)
    let objective = SoftmaxObjective(
      batches: PlainBatches(count: start.images.labels.count, size: training.batch, seed: session.seed),
      labels: start.images.labels)
    var classifier = try start.backbone.graph()
    classifier.append(
      .linear(inputs: start.backbone.embedding, outputs: objective.classes, bias: true), classifier.output,
      name: Self.head)
    let initial = Parameters(initializing: classifier, seed: session.seed).dictionary
      .merging(start.backbone.parameters.dictionary) { $1 }
    let trained = try start.train(
      objective, graph: classifier, parameters: try Parameters(classifier, tensors: initial), settings: training,
      in: session)
    let kept = trained.dictionary.filter { start.backbone.parameters.contains($0.key) }
    return try start.metric(card, parameters: try Parameters(try start.backbone.graph(), tensors: kept))
  }

  /// No architecture names a layer like this.
  private static let head = "pretraining-head"
}

/// Cross-entropy over batches of single images.
struct SoftmaxObjective: BatchObjective {
  let batches: PlainBatches
  /// Class of each label that occurs, counted without gaps.
  private let places: [Int: Int]

  init(batches: PlainBatches, labels: [Int]) {
    self.batches = batches
    places = Dictionary(uniqueKeysWithValues: Set(labels).sorted().enumerated().map { ($1, $0) })
  }

  var classes: Int { places.count }
  var stepsPerEpoch: Int { batches.stepsPerEpoch }
  func batch(step: Int) -> [BatchRow] { batches.batch(step: step) }

  func loss(
    of batch: TrainingBatch, by network: TrainableNetwork, batchNorm: BatchNormMode, at place: TrainingPlace
  ) throws -> (loss: Variable, series: [TrainingSeries]) {
    let logits = try network.train(Variable(constant: batch.images), batchNorm: batchNorm)
    let targets = batch.labels.map { places[$0] ?? 0 }
    let hits = zip(targets.indices, targets).filter { row, target in
      let scores = logits.value.row(row).scalars
      return scores.allSatisfy { $0 <= scores[target] }
    }
    return (
      softmaxCrossEntropy(logits, labels: targets).mean(),
      [TrainingSeries("accuracy", Double(hits.count) / Double(max(targets.count, 1)))]
    )
  }
}
