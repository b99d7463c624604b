import Foundation

/// The highest ratios, ours ÷ peer's, that a work may have: `limits.tsv`, kept in git.
struct Limits {
  struct Limit {
    let time: Double
    let memory: Double
    /// Time of the library's primitives alone ÷ the peer's, where it was measured: what this design can reach.
    let floor: Double?
  }

  private let limits: [String: Limit]

  init(contentsOf url: URL) throws {
    var limits: [String: Limit] = [:]
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      let fields = line.split(separator: "\t")
      guard fields.count >= 3, let time = Double(fields[1]), let memory = Double(fields[2]) else {
        throw BenchError.badLimits(line: index + 1, got: String(line))
      }
      limits[String(fields[0])] = Limit(time: time, memory: memory, floor: fields.count > 3 ? Double(fields[3]) : nil)
    }
    self.limits = limits
  }

  subscript(work: String) -> Limit {
    get throws {
      guard let limit = limits[work] else { throw BenchError.missingLimit(work) }
      return limit
    }
  }
}
