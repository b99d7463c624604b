/// What can end a run, or keep it from starting.
public enum HarnessError: Error, CustomStringConvertible {
  case missing(path: String, what: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case suite(path: String, [SuiteMistake])
  /// A cell whose numbers contradict each other: natural < empirical for a sample.
  case brokenLaw(cell: String, sample: Int, detail: String)
  case training(model: String, reason: String)
  case busy(path: String)
  /// Two shards, or a shard and this process, do not work on the same.
  case unlike(String, String, String)
  /// What a merge lacks, one line each.
  case incomplete([String])
  case interrupted

  public var description: String {
    switch self {
    case .missing(let path, let what): "\(path): no such \(what)"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .suite(let path, let mistakes): mistakes.map { $0.text(in: path) }.joined(separator: "\n")
    case .brokenLaw(let cell, let sample, let detail):
      "cell \(cell), sample \(sample): natural ≥ empirical ≥ certified does not hold: \(detail)"
    case .training(let model, let reason): "training \(model): \(reason)"
    case .busy(let path): "\(path): another process is running in this folder; wait for it, or choose another --out"
    case .unlike(let first, let second, let difference): "\(first) and \(second) are not of the same run: \(difference)"
    case .incomplete(let gaps):
      "the shards are not the whole run (--incomplete merges them all the same):\n"
        + gaps.prefix(20).joined(separator: "\n") + (gaps.count > 20 ? "\nand \(gaps.count - 20) more" : "")
    case .interrupted: "interrupted; run the same command again to go on"
    }
  }
}

/// One thing wrong in a suite file.
public struct SuiteMistake: Hashable, Sendable {
  public let line: Int?
  /// "subjects.act.defense"
  public let keyPath: String
  public let message: String

  public init(line: Int?, keyPath: String, message: String) {
    self.line = line
    self.keyPath = keyPath
    self.message = message
  }

  func text(in path: String) -> String {
    "\(path):\(line.map { "\($0):" } ?? "") \(keyPath.isEmpty ? "" : keyPath + ": ")\(message)"
  }
}
