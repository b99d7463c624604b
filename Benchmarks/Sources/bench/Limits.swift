import Foundation

/// How much a work may take: `limits.tsv`, kept in git.
struct Limits {
  struct Limit {
    let time: Bound
    let memory: Bound
    /// Time of the library's primitives alone ÷ the peer's, where it was measured: what this design can reach.
    let floor: Double?
  }

  enum Bound {
    /// Ours ÷ the peer's, at the most.
    case ratio(Double)
    /// Ours at the most, in seconds or bytes.
    case absolute(Double)

    /// "0.5" is a ratio; "90s" seconds, "3072MiB" memory.
    init?(_ text: some StringProtocol) {
      let units = ["MiB": 1_048_576.0, "s": 1]
      for (unit, factor) in units where text.hasSuffix(unit) {
        guard let value = Double(text.dropLast(unit.count)) else { return nil }
        self = .absolute(value * factor)
        return
      }
      guard let value = Double(text) else { return nil }
      self = .ratio(value)
    }

    func holds(_ ours: Double, _ peer: Double?) -> Bool {
      switch self {
      case .ratio(let limit): peer.map { ours / $0 <= limit } ?? false
      case .absolute(let limit): ours <= limit
      }
    }
  }

  private let limits: [String: Limit]

  init(contentsOf url: URL) throws {
    var limits: [String: Limit] = [:]
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      let fields = line.split(separator: "\t")
      guard fields.count >= 3, let time = Bound(fields[1]), let memory = Bound(fields[2]) else {
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
