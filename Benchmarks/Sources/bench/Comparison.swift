import Foundation

/// Both sides of one work, measured in turn.
struct Comparison {
  let work: String
  let ours: Side
  /// Nil where ours works alone.
  let peer: Side?

  struct Side {
    let name: String
    /// Of the whole work: the median, or the sum of the parts.
    let seconds: Double
    /// Of each part, or of each time.
    let times: [Double]
    /// Peak of resident memory, in bytes.
    let memory: Double
    /// What it found.
    let results: [String: Double]
  }

  /// - Parameters:
  ///   - rounds: how often each works; short works are repeated more often, up to three times as much.
  ///   - start: makes the contestants, ours first.
  /// - Throws: `BenchError.differentResults` where a peer's lie outside of the work's tolerances.
  init(_ work: Work, rounds: Int, start: (Work) throws -> [Contestant]) throws {
    let contestants = try start(work)
    var times = [[Double]](repeating: [], count: contestants.count)
    let begin = Date()
    func goesOn() -> Bool {
      guard work.parts == 1 else { return times[0].count < work.parts }
      return times[0].count < rounds || (times[0].count < 3 * rounds && Date().timeIntervalSince(begin) < 15)
    }
    while goesOn() {
      for (index, contestant) in contestants.enumerated() {
        // The threads of the one before go to sleep first.
        Thread.sleep(forTimeInterval: 0.05)
        times[index].append(try contestant.go())
      }
    }
    let sides = try zip(contestants, times).map { contestant, times in
      let results = try contestant.results()
      return Side(
        name: contestant.name, seconds: work.parts == 1 ? times.sorted()[times.count / 2] : times.reduce(0, +),
        times: times, memory: try contestant.end(), results: results)
    }
    self.work = work.name
    ours = sides[0]
    for side in sides.dropFirst() { try Self.compare(sides[0], side, work) }
    peer = sides.dropFirst().min { $0.seconds < $1.seconds }
  }

  private static func compare(_ ours: Side, _ peer: Side, _ work: Work) throws {
    guard !work.tolerances.isEmpty else { return }
    for name in Set(ours.results.keys).union(peer.results.keys).sorted() {
      let (a, b) = (ours.results[name] ?? .nan, peer.results[name] ?? .nan)
      let tolerance = work.tolerances[name.split(separator: " ").dropLast().last.map(String.init) ?? ""] ?? 0
      guard abs(a - b) <= tolerance else {
        throw BenchError.differentResults(
          work: work.name, name: name, ours: a, peer: peer.name, theirs: b, tolerance: tolerance)
      }
    }
  }

  /// The parts' times and all results, side by side, for a reader; empty where there are none.
  var details: String {
    guard let peer, !ours.results.isEmpty else { return "" }
    let ratios = zip(ours.times, peer.times).map { String(format: "%.2f", $0 / $1) }
    let results = ours.results.sorted { $0.key < $1.key }.map { name, value in
      "  " + name + String(format: ": %.4f, the peer's %.4f\n", value, peer.results[name] ?? .nan)
    }
    return "  ratios of the parts: \(ratios.joined(separator: " "))\n" + results.joined()
  }
}
