public import GauntletKit
public import Networks
internal import Tensors

/// Step after step: loss, gradient, update, log, checkpoint; from the session's last checkpoint on if there is one.
public struct TrainingLoop {
  /// Points of a curve are this many steps apart: odd, since some trainings alternate from step to step.
  public static let logInterval = 5

  /// For errors.
  public let defense: String
  /// Updates in all.
  public let total: Int
  public let optimizer: any Optimizer
  /// The learning rate of an update, counted from 0.
  public let learningRate: (_ step: Int) -> Double
  /// Images that are trained on together; nil for what suits the network.
  public let trainingChunk: Int?
  public let session: any TrainingSession
  /// Looks at the network after every step, and decides nothing; nil for not at all.
  public var watch: ((_ step: Int, _ total: Int, TrainableNetwork) throws -> Void)?

  public init(
    defense: String, total: Int, optimizer: any Optimizer, learningRate: @escaping (_ step: Int) -> Double,
    trainingChunk: Int? = nil, session: any TrainingSession,
    watch: ((_ step: Int, _ total: Int, TrainableNetwork) throws -> Void)? = nil
  ) {
    self.defense = defense
    self.total = total
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.trainingChunk = trainingChunk
    self.session = session
    self.watch = watch
  }

  /// Trains a network from `parameters`, or from the session's checkpoint, and returns its final parameters.
  ///
  /// - Throws: `TrainingError.diverged` when a loss or a weight is not finite; what the session throws.
  public func run(
    _ initial: any TrainingObjective, graph: Graph, parameters: Parameters, input: ImageSpec
  ) throws -> Parameters {
    var objective = initial
    var optimizer = optimizer
    var (first, parameters) = (0, parameters)
    if let checkpoint = try session.restored() {
      parameters = try restore(checkpoint, graph: graph, optimizer: &optimizer, objective: &objective)
      first = checkpoint.step
    }
    let network = try TrainableNetwork(
      graph: graph, parameters: parameters, channels: input.channels, height: input.height, width: input.width,
      trainingChunk: trainingChunk)
    for step in first..<total {
      try update(step, objective: &objective, network: network, optimizer: &optimizer)
      try watch?(step, total, network)
      try session.completed(step: step + 1, of: total) {
        TrainingCheckpoint(step: step + 1, tensors: state(of: network, optimizer: optimizer, objective: objective))
      }
    }
    parameters = network.parameters
    for name in parameters.names where !parameters[name].isFinite {
      throw TrainingError.diverged(defense: defense, step: total, what: "'\(name)'")
    }
    return parameters
  }

  private func update(
    _ step: Int, objective: inout any TrainingObjective, network: TrainableNetwork, optimizer: inout any Optimizer
  ) throws {
    let place = TrainingPlace(step: step, total: total, stepsPerEpoch: objective.stepsPerEpoch)
    optimizer.learningRate = learningRate(step)
    let (loss, series) = try objective.loss(at: place, by: network)
    guard loss.value.isFinite else {
      throw TrainingError.diverged(defense: defense, step: step, what: "the loss")
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
    _ checkpoint: TrainingCheckpoint, graph: Graph, optimizer: inout any Optimizer,
    objective: inout any TrainingObjective
  ) throws -> Parameters {
    guard (0...total).contains(checkpoint.step) else {
      throw TrainingError.foreignCheckpoint(
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
      throw TrainingError.foreignCheckpoint(defense: defense, reason: "\(error)")
    }
  }
}
