internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors
internal import Training

/// One batch, on its way to a loss.
struct TrainingBatch {
  let step: Int
  let rows: [BatchRow]
  let labels: [Int]
  /// [N, C, H, W], augmented.
  let images: Tensor
}

/// A loss of batches of labelled images.
protocol BatchObjective {
  /// Updates a pass over the data takes.
  var stepsPerEpoch: Int { get }
  func batch(step: Int) -> [BatchRow]
  /// The loss of a batch, [1], through `network.train`; and further series of the log.
  mutating func loss(
    of batch: TrainingBatch, by network: TrainableNetwork, batchNorm: BatchNormMode, at place: TrainingPlace
  ) throws -> (loss: Variable, series: [TrainingSeries])
  /// Called after the update that the loss led to.
  mutating func updated(at place: TrainingPlace) throws
  /// What the objective remembers between steps: part of a checkpoint.
  var state: [String: Tensor] { get }
  mutating func restore(_ state: [String: Tensor]) throws
}

extension BatchObjective {
  mutating func updated(at place: TrainingPlace) throws {}
  var state: [String: Tensor] { [:] }
  mutating func restore(_ state: [String: Tensor]) throws {}
}

/// Hands an objective its batches of augmented images.
private struct BatchTraining: TrainingObjective {
  var objective: any BatchObjective
  let images: TrainingImages
  let settings: TrainingSettings
  let seed: UInt64

  var stepsPerEpoch: Int { objective.stepsPerEpoch }
  var state: [String: Tensor] { objective.state }
  mutating func restore(_ state: [String: Tensor]) throws { try objective.restore(state) }
  mutating func updated(at place: TrainingPlace) throws { try objective.updated(at: place) }

  mutating func loss(
    at place: TrainingPlace, by network: TrainableNetwork
  ) throws -> (loss: Variable, series: [TrainingSeries]) {
    let rows = objective.batch(step: place.step)
    let batch = TrainingBatch(
      step: place.step, rows: rows, labels: rows.map { images.labels[$0.image] },
      images: try images.images(rows, augmentation: settings.augmentation, seed: seed))
    return try objective.loss(of: batch, by: network, batchNorm: settings.batchNorm.mode, at: place)
  }
}

extension TrainingStart {
  /// Trains a network from `parameters`, or from the session's checkpoint, and returns its final parameters.
  ///
  /// - Parameters:
  ///   - graph: the backbone's, or that of the backbone with a head.
  /// - Throws: `TrainingError`; what the session throws.
  func train(
    _ objective: any BatchObjective, graph: Graph, parameters: Parameters, settings: TrainingSettings,
    in session: any TrainingSession
  ) throws -> Parameters {
    let validation = try images.validation(geometry: backbone.geometry, times: settings.validations)
    let total = settings.totalSteps(perEpoch: objective.stepsPerEpoch)
    let loop = TrainingLoop(
      defense: defense, total: total, optimizer: settings.makeOptimizer(),
      learningRate: { settings.learningRate(step: $0, of: total) }, trainingChunk: settings.trainingChunk,
      session: session
    ) { step, total, network in
      try validation?.log(after: step, of: total, network: network, in: session)
    }
    return try loop.run(
      BatchTraining(objective: objective, images: images, settings: settings, seed: session.seed), graph: graph,
      parameters: parameters, input: backbone.images)
  }
}

extension TrainingSettings {
  func makeOptimizer() -> any Optimizer {
    switch optimizer {
    case .adam: Adam(learningRate: learningRate, weightDecay: weightDecay)
    case .adamw: AdamW(learningRate: learningRate, weightDecay: weightDecay)
    case .sgd: SGD(learningRate: learningRate, momentum: 0.9, weightDecay: weightDecay)
    }
  }
}

extension TrainingSettings.BatchNorm {
  var mode: BatchNormMode {
    switch self {
    case .frozen: .frozen
    case .train: .batchStatistics
    }
  }
}
