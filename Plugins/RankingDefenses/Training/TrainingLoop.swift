internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors

/// One batch, on its way to a loss.
struct TrainingBatch {
  let step: Int
  let rows: [BatchRow]
  let labels: [Int]
  /// [N, C, H, W], augmented.
  let images: Tensor
}

/// What a trainer minimises.
protocol TrainingObjective {
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
  /// - Throws: `RankingDefenseError.foreignCheckpoint`.
  mutating func restore(_ state: [String: Tensor]) throws
}

extension TrainingObjective {
  mutating func updated(at place: TrainingPlace) throws {}
  var state: [String: Tensor] { [:] }
  mutating func restore(_ state: [String: Tensor]) throws {}
}

/// Batch after batch: loss, gradient, update, log, checkpoint; from the last checkpoint on if there is one.
///
/// What a step does is a pure function of the weights, the optimizer's state, the seed and the step's number, so a
/// training that was interrupted gives the weights of one that was not, to the bit.
struct TrainingLoop {
  /// Points of a curve are this many steps apart: odd, since some trainings alternate from step to step.
  static let logInterval = 5

  let defense: String
  let settings: TrainingSettings
  let images: TrainingImages
  let session: any TrainingSession
  /// Looks at the network now and then; nil for not at all.
  var validation: Validation?

  /// Trains a network from `parameters`, or from the session's checkpoint, and returns its final parameters.
  ///
  /// - Throws: `RankingDefenseError.diverged` when a loss or a weight is not finite; what the session throws.
  func run(
    _ initial: any TrainingObjective, graph: Graph, parameters: Parameters, input: ImageSpec
  ) throws -> Parameters {
    var objective = initial
    let total = settings.totalSteps(perEpoch: objective.stepsPerEpoch)
    var optimizer = settings.makeOptimizer()
    var (first, parameters) = (0, parameters)
    if let checkpoint = try session.restored() {
      parameters = try restore(checkpoint, total: total, graph: graph, optimizer: &optimizer, objective: &objective)
      first = checkpoint.step
    }
    let network = try TrainableNetwork(
      graph: graph, parameters: parameters, channels: input.channels, height: input.height, width: input.width,
      trainingChunk: settings.trainingChunk)
    for step in first..<total {
      try update(step, of: total, objective: &objective, network: network, optimizer: &optimizer)
      try validation?.log(after: step, of: total, network: network, in: session)
      try session.completed(step: step + 1, of: total) {
        TrainingCheckpoint(step: step + 1, tensors: state(of: network, optimizer: optimizer, objective: objective))
      }
    }
    parameters = network.parameters
    try checkFinite(parameters, step: total)
    return parameters
  }

  private func update(
    _ step: Int, of total: Int, objective: inout any TrainingObjective, network: TrainableNetwork,
    optimizer: inout any Optimizer
  ) throws {
    let place = TrainingPlace(step: step, total: total, stepsPerEpoch: objective.stepsPerEpoch)
    let rows = objective.batch(step: step)
    let batch = TrainingBatch(
      step: step, rows: rows, labels: rows.map { images.labels[$0.image] },
      images: try images.images(rows, augmentation: settings.augmentation, seed: session.seed))
    optimizer.learningRate = settings.learningRate(step: step, of: total)
    let (loss, series) = try objective.loss(
      of: batch, by: network, batchNorm: settings.batchNorm.mode, at: place)
    guard loss.value.isFinite else {
      throw RankingDefenseError.diverged(defense: defense, step: step, what: "the loss")
    }
    try network.backward(from: loss)
    try network.step(&optimizer)
    try objective.updated(at: place)
    if step.isMultiple(of: Self.logInterval) || step == total - 1 {
      session.log("loss", step: step, value: Double(loss.value[0]))
      session.log("learning-rate", step: step, value: optimizer.learningRate)
      for point in series { session.log(point.name, step: step, value: point.value) }
    }
  }

  private func checkFinite(_ parameters: Parameters, step: Int) throws {
    for name in parameters.names where !parameters[name].isFinite {
      throw RankingDefenseError.diverged(defense: defense, step: step, what: "'\(name)'")
    }
  }

  // MARK: Checkpoints

  private static let weights = "weights/"
  private static let optimizerState = "optimizer/"
  private static let objectiveState = "objective/"

  private func state(
    of network: TrainableNetwork, optimizer: any Optimizer, objective: any TrainingObjective
  ) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (name, value) in network.parameters.dictionary { tensors[Self.weights + name] = value }
    for (name, value) in optimizer.state { tensors[Self.optimizerState + name] = value }
    for (name, value) in objective.state { tensors[Self.objectiveState + name] = value }
    return tensors
  }

  private func restore(
    _ checkpoint: TrainingCheckpoint, total: Int, graph: Graph, optimizer: inout any Optimizer,
    objective: inout any TrainingObjective
  ) throws -> Parameters {
    guard (0...total).contains(checkpoint.step) else {
      throw RankingDefenseError.foreignCheckpoint(
        defense: defense, reason: "it is at step \(checkpoint.step), the training has \(total)")
    }
    func part(_ prefix: String) -> [String: Tensor] {
      Dictionary(
        uniqueKeysWithValues: checkpoint.tensors.filter { $0.key.hasPrefix(prefix) }
          .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    do {
      try optimizer.restore(part(Self.optimizerState))
      try objective.restore(part(Self.objectiveState))
      return try Parameters(graph, tensors: part(Self.weights))
    } catch {
      throw RankingDefenseError.foreignCheckpoint(defense: defense, reason: "\(error)")
    }
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
