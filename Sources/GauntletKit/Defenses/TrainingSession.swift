public import Tensors

/// What training may ask of whoever runs it: a seed, a place for checkpoints, ears for progress.
public protocol TrainingSession: Sendable {
  /// Every random choice of the training is keyed by it.
  var seed: UInt64 { get }
  /// The state of an earlier, interrupted session of the same work; nil at a fresh start.
  func restored() throws -> TrainingCheckpoint?
  /// Called after every step. Decides by itself whether it is time to save, and asks `checkpoint` only then.
  func completed(step: Int, of total: Int, checkpoint: () throws -> TrainingCheckpoint) throws
  /// A point of a curve: loss, hardness, mean distance …
  func log(_ series: String, step: Int, value: Double)
}

/// All that is needed to go on from a step as if nothing had happened.
public struct TrainingCheckpoint: Sendable {
  /// Steps done.
  public let step: Int
  /// Weights, optimiser state, running values; names are the defense's own.
  public let tensors: [String: Tensor]
  /// Curves so far: they are part of the result. Filled in by the session.
  public var log: [String: [LogPoint]]

  public struct LogPoint: Hashable, Sendable, Codable {
    public let step: Int
    public let value: Double
    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  public init(step: Int, tensors: [String: Tensor], log: [String: [LogPoint]] = [:]) {
    self.step = step
    self.tensors = tensors
    self.log = log
  }
}
