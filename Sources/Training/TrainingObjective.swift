public import Gradients
public import Networks
public import Tensors

/// What a training minimises.
///
/// What a step does is a pure function of the weights, the objective's state, the seed and the step's number: so a training
/// that was interrupted gives the weights of one that was not, to the bit.
public protocol TrainingObjective {
  /// Updates a pass over the data takes.
  var stepsPerEpoch: Int { get }
  /// The loss of a step, [1], through `network.train`; and further series of the log.
  mutating func loss(
    at place: TrainingPlace, by network: TrainableNetwork
  ) throws -> (loss: Variable, series: [TrainingSeries])
  /// Called after the update that the loss led to.
  mutating func updated(at place: TrainingPlace) throws
  /// What the objective remembers between steps: part of a checkpoint.
  var state: [String: Tensor] { get }
  /// Takes up what `state` gave; throws for anything else.
  mutating func restore(_ state: [String: Tensor]) throws
}

extension TrainingObjective {
  public mutating func updated(at place: TrainingPlace) throws {}
  public var state: [String: Tensor] { [:] }
  public mutating func restore(_ state: [String: Tensor]) throws {}
}
