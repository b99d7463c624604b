public import GauntletKit
internal import Synchronization

/// A training session without files: it keeps the last checkpoint, and can stop a training.
public final class MemorySession: TrainingSession {
  /// What a session that stops throws.
  public enum Stopped: Error, Hashable { case stopped }

  private struct State {
    var steps = 0
    var checkpoint: TrainingCheckpoint?
    var log: [String: [TrainingCheckpoint.LogPoint]] = [:]
  }

  public let seed: UInt64
  private let last: Int?
  private let start: TrainingCheckpoint?
  private let state: Mutex<State>

  /// - Parameters:
  ///   - stopsAfter: the step after which a checkpoint is taken and `Stopped` thrown; nil for never.
  ///   - checkpoint: where an earlier session was stopped.
  public init(seed: UInt64 = 1, stopsAfter: Int? = nil, from checkpoint: TrainingCheckpoint? = nil) {
    self.seed = seed
    last = stopsAfter
    start = checkpoint
    state = Mutex(State(log: checkpoint?.log ?? [:]))
  }

  /// Steps done, of this session and the one before.
  public var steps: Int { state.withLock { $0.steps } }
  /// What was taken at the stop.
  public var checkpoint: TrainingCheckpoint? { state.withLock { $0.checkpoint } }
  /// The curves.
  public var log: [String: [TrainingCheckpoint.LogPoint]] { state.withLock { $0.log } }

  public func restored() throws -> TrainingCheckpoint? { start }

  public func completed(step: Int, of total: Int, checkpoint: () throws -> TrainingCheckpoint) throws {
    state.withLock { $0.steps = step }
    guard step == last else { return }
    var taken = try checkpoint()
    taken.log = log
    let kept = taken
    state.withLock { $0.checkpoint = kept }
    throw Stopped.stopped
  }

  public func log(_ series: String, step: Int, value: Double) {
    state.withLock { $0.log[series, default: []].append(TrainingCheckpoint.LogPoint(step: step, value: value)) }
  }
}
