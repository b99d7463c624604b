/// Why two runs cannot be compared.
public enum ComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Everything in which they differ and must not.
  case incomparable(first: String, second: String, reasons: [String])
  case unknownSubject(run: String, name: String, known: [String])
  case nothing(first: String, second: String)

  public var description: String {
    switch self {
    case .incomparable(let first, let second, let reasons):
      "\(first) and \(second) cannot be compared:\n" + reasons.map { "  \($0)" }.joined(separator: "\n")
    case .unknownSubject(let run, let name, let known):
      "\(run) has no subject '\(name)'; it has \(known.joined(separator: ", "))"
    case .nothing(let first, let second):
      "\(first) and \(second) have no subject, dataset and score in common; name one subject of each, as in run:subject"
    }
  }
}
