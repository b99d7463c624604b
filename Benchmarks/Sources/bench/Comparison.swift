import Foundation

/// Both sides of one work, measured in turn.
struct Comparison {
  let work: String
  let ours: Side
  let peer: Side

  struct Side {
    let name: String
    /// Median, in seconds.
    let seconds: Double
    /// Peak of resident memory, in bytes.
    let memory: Double
  }

  var time: Double { ours.seconds / peer.seconds }
  var memory: Double { ours.memory / peer.memory }

  /// - Parameters:
  ///   - rounds: how often each works; short works are repeated more often, up to three times as much.
  ///   - start: makes the contestants, ours first.
  init(_ work: Work, rounds: Int, start: (Work) throws -> [Contestant]) throws {
    let contestants = try start(work)
    var times = [[Double]](repeating: [], count: contestants.count)
    let begin = Date()
    while times[0].count < rounds || (times[0].count < 3 * rounds && Date().timeIntervalSince(begin) < 15) {
      for (index, contestant) in contestants.enumerated() {
        // The threads of the one before go to sleep first.
        Thread.sleep(forTimeInterval: 0.05)
        times[index].append(try contestant.go())
      }
    }
    let sides = try zip(contestants, times).map { contestant, times in
      Side(name: contestant.name, seconds: times.sorted()[times.count / 2], memory: try contestant.end())
    }
    self.work = work.name
    ours = sides[0]
    peer = sides.dropFirst().min { $0.seconds < $1.seconds } ?? sides[0]
  }
}
