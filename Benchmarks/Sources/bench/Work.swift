/// One piece of work that both sides do, and are timed on.
struct Work: Sendable {
  /// What `BENCH` picks by, and what both sides are asked for.
  let name: String
  /// The peer's ways of doing it; the fastest one counts.
  let peers: [String]
  /// Makes everything ready; the result does the work once.
  let prepare: @Sendable () throws -> () throws -> Void

  /// Channels-last and contiguous.
  static let layouts = ["channels-last", "contiguous"]

  static let all: [Work] = networks + rankings

  static func named(_ name: String) throws -> Work {
    guard let work = all.first(where: { $0.name == name }) else {
      throw BenchError.unknownWork(name, known: all.map(\.name))
    }
    return work
  }
}
