import GauntletKit
import Synchronization
import Tensors

/// A session in memory: saves a checkpoint after every step, and may be killed after one.
final class MemorySession: TrainingSession {
  struct Killed: Error {}

  private struct State {
    var checkpoint: TrainingCheckpoint?
    var log: [String: [TrainingCheckpoint.LogPoint]] = [:]
  }

  let seed: UInt64
  let killedAfter: Int?
  private let state: Mutex<State>

  init(seed: UInt64, from checkpoint: TrainingCheckpoint? = nil, killedAfter: Int? = nil) {
    self.seed = seed
    self.killedAfter = killedAfter
    state = Mutex(State(checkpoint: checkpoint))
  }

  var checkpoint: TrainingCheckpoint? { state.withLock { $0.checkpoint } }
  var log: [String: [TrainingCheckpoint.LogPoint]] { state.withLock { $0.log } }

  func restored() throws -> TrainingCheckpoint? { checkpoint }

  func completed(step: Int, of total: Int, checkpoint: () throws -> TrainingCheckpoint) throws {
    let saved = try checkpoint()
    state.withLock { $0.checkpoint = saved }
    if step == killedAfter { throw Killed() }
  }

  func log(_ series: String, step: Int, value: Double) {
    state.withLock { $0.log[series, default: []].append(.init(step: step, value: value)) }
  }
}
