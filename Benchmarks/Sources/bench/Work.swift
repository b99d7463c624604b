import Foundation

/// One piece of work that both sides do, and are timed on.
struct Work: Sendable {
  /// What `BENCH` picks by, and what both sides are asked for.
  let name: String
  /// The peer's ways of doing it; the fastest one counts. None: ours alone, held to absolute limits.
  let peers: [String]
  /// Into how many parts it is cut, each of which is done once, by all sides in turn; the time is their sum. 1: the whole
  /// work is repeated, and the time is the median.
  var parts = 1
  /// How far results may lie apart, by the last word but one of their names; results are compared where this is not empty.
  var tolerances: [String: Double] = [:]
  /// Makes everything ready, in a folder that all sides share; ours is made ready before the peers.
  let prepare: @Sendable (URL) throws -> Performance

  /// What one side does when it is told to.
  struct Performance {
    /// Does the work, or its next part.
    let once: () throws -> Void
    /// Numbers that all sides must agree on, by name, once the work is done.
    var results: () -> [String: Double] = { [:] }
    /// Whether making it ready has warmed it up.
    var isWarm = false
  }

  init(
    name: String, peers: [String], parts: Int = 1, tolerances: [String: Double] = [:],
    performance: @escaping @Sendable (URL) throws -> Performance
  ) {
    self.name = name
    self.peers = peers
    self.parts = parts
    self.tolerances = tolerances
    prepare = performance
  }

  /// Work that shares nothing and has no results to compare.
  init(name: String, peers: [String], prepare: @escaping @Sendable () throws -> () throws -> Void) {
    self.init(name: name, peers: peers) { _ in Performance(once: try prepare()) }
  }

  /// Channels-last and contiguous.
  static let layouts = ["channels-last", "contiguous"]

  static let all: [Work] = networks + rankings + protocols + decisions

  static func named(_ name: String) throws -> Work {
    guard let work = all.first(where: { $0.name == name }) else {
      throw BenchError.unknownWork(name, known: all.map(\.name))
    }
    return work
  }
}
