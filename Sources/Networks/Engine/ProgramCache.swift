internal import Synchronization

/// Compiled programs by what they are made from, shared by all networks of one architecture whatever their weights.
///
/// It keeps the programs that were asked for last, `capacity` at most; an older one lives on with the networks that
/// hold it, and is still found as long as it does. Memory: a program that no network holds keeps no frames, so an idle
/// entry costs its primitives and no arenas.
package final class ProgramCache: Sendable {
  /// All that a program depends on.
  package struct Key: Hashable, Sendable {
    let graph: Graph
    let input: ImageExtent
    let chunk: Int
    let purpose: Purpose
    let precision: Precision

    package init(graph: Graph, input: ImageExtent, chunk: Int, purpose: Purpose, precision: Precision = .float32) {
      self.graph = graph
      self.input = input
      self.chunk = chunk
      self.purpose = purpose
      self.precision = precision
    }
  }

  /// What every network of the process uses.
  static let shared = ProgramCache(capacity: 16)

  package let capacity: Int
  /// From the one that was used longest ago to the last one. A list, for it is short, and a graph with a NaN among its
  /// constants would never be found again under its own hash.
  private let entries = Mutex<[(key: Key, entry: Entry)]>([])

  package init(capacity: Int) {
    precondition(capacity > 0, "a cache of programs holds at least one, not \(capacity)")
    self.capacity = capacity
  }

  /// The program of a key, compiled if no one has it: once, even if several threads ask for it at the same time.
  /// - Throws: `NetworkError` if the graph cannot be compiled; the next caller then tries again.
  package func lease(_ key: Key) throws -> ProgramLease {
    let entry = use(key)
    do {
      // Threads that ask for other programs do not wait while this one is compiled.
      return ProgramLease(try entry.program(key))
    } catch {
      entries.withLock { entries in entries.removeAll { $0.entry === entry } }
      throw error
    }
  }

  /// Programs that it keeps, in use or not.
  package var count: Int { entries.withLock { $0.count { $0.entry.isKept } } }

  /// Whether it keeps the program of a key.
  package func keeps(_ key: Key) -> Bool { entries.withLock { $0.contains { $0.key == key && $0.entry.isKept } } }

  /// The entry of a key, now the last one used; those beyond the capacity are no longer kept.
  private func use(_ key: Key) -> Entry {
    let (entry, evicted) = entries.withLock { entries -> (Entry, [Program]) in
      let place = entries.firstIndex { $0.key == key }
      let item = place.map { entries.remove(at: $0) } ?? (key: key, entry: Entry())
      entries.append(item)
      item.entry.keep()
      let kept = entries.map(\.entry).filter(\.isKept)
      let evicted = kept.prefix(max(0, kept.count - capacity)).compactMap { $0.evict() }
      entries.removeAll { $0.entry.isGone }
      return (item.entry, evicted)
    }
    // Outside of the lock, for this frees memory.
    for program in evicted { program.dropFrames() }
    return entry
  }

  /// One program, or the place where it will be.
  private final class Entry: Sendable {
    private struct State {
      var isKept = true
      var kept: Program?
      weak var living: Program?
    }

    /// Held while the program is compiled.
    private let compiling = Mutex(())
    /// Never held for long.
    private let state = Mutex(State())

    var isKept: Bool { state.withLock { $0.isKept } }
    var isGone: Bool { state.withLock { !$0.isKept && $0.living == nil } }

    func keep() {
      state.withLock {
        $0.isKept = true
        $0.kept = $0.living
      }
    }

    /// Leaves the program to those who hold it, and returns it.
    func evict() -> Program? {
      state.withLock {
        let program = $0.living
        $0.isKept = false
        $0.kept = nil
        return program
      }
    }

    func program(_ key: Key) throws -> Program {
      try compiling.withLock { _ in
        if let program = state.withLock({ $0.living }) { return program }
        let made = Program(
          try Lowering(
            key.graph, input: key.input, chunk: key.chunk, purpose: key.purpose, precision: key.precision))
        state.withLock {
          $0.living = made
          if $0.isKept { $0.kept = made }
        }
        return made
      }
    }
  }
}

/// A program in use. While a lease lasts, the program's frames rest in its pools between batches; with the last lease
/// they are freed.
package final class ProgramLease: Sendable {
  let program: Program

  init(_ program: Program) {
    self.program = program
    program.addUser()
  }

  deinit { program.removeUser() }

  package func sharesProgram(with other: ProgramLease) -> Bool { program === other.program }

  /// Frames that wait in the program's pools for the next batch.
  package var restingFrames: Int { program.restingFrames }
}
