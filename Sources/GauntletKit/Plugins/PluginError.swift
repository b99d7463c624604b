/// What can be wrong with naming and making a plugin.
public enum PluginError: Error, Hashable, CustomStringConvertible {
  public enum SettingMistake: Hashable, Sendable {
    case unknown(String, suggestion: String?, known: [String])
    case invalid(String, value: String, expected: String)
    case missing(String, expected: String)
    case repeated(String)

    public var name: String {
      switch self {
      case .unknown(let name, _, _), .invalid(let name, _, _), .missing(let name, _), .repeated(let name): name
      }
    }

    public var description: String {
      switch self {
      case .unknown(let name, let suggestion, let known):
        "unknown setting '\(name)'"
          + (suggestion.map { "; did you mean '\($0)'?" }
            ?? (known.isEmpty ? "; it takes none" : "; known: \(known.joined(separator: ", "))"))
      case .invalid(let name, let value, let expected): "setting '\(name)' is '\(value)', expected \(expected)"
      case .missing(let name, let expected): "setting '\(name)' is missing, expected \(expected)"
      case .repeated(let name): "setting '\(name)' is given twice"
      }
    }
  }

  case duplicate(kind: String, id: String)
  case unknown(kind: String, id: String, suggestion: String?, known: [String])
  case malformed(String, reason: String)
  case settings(plugin: String, [SettingMistake])
  /// A plugin cannot be made, or cannot do its work, for a reason that is in its settings or its files.
  case unusable(plugin: String, reason: String)
  /// A file or folder that its settings name does not exist.
  case missing(plugin: String, path: String, what: String)

  public var description: String {
    switch self {
    case .duplicate(let kind, let id): "two \(kind) plugins are called '\(id)'; rename one"
    case .unknown(let kind, let id, let suggestion, let known):
      "unknown \(kind) '\(id)'"
        + (suggestion.map { "; did you mean '\($0)'?" } ?? "; known: \(known.joined(separator: ", "))")
    case .malformed(let text, let reason): "'\(text)' does not name a plugin: \(reason)"
    case .settings(let plugin, let mistakes): mistakes.map { "\(plugin): \($0.description)" }.joined(separator: "; ")
    case .unusable(let plugin, let reason): "\(plugin): \(reason)"
    case .missing(let plugin, let path, let what): "\(plugin): \(path): no such \(what)"
    }
  }
}

/// The candidate that differs least from what was typed, if it is close enough to be meant (Damerau–Levenshtein).
public func closest(to typed: String, in candidates: [String]) -> String? {
  let ranked = candidates.map { ($0, editDistance(typed.lowercased(), $0.lowercased())) }
  guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
  if best.1 <= max(1, max(typed.count, best.0.count) / 3) { return best.0 }
  return candidates.sorted().first { typed.count >= 3 && ($0.hasPrefix(typed) || typed.hasPrefix($0)) }
}

private func editDistance(_ a: String, _ b: String) -> Int {
  let (x, y) = (Array(a), Array(b))
  var before: [Int] = []
  var row = Array(0...y.count)
  for i in 0..<x.count {
    var next = [i + 1]
    for j in 0..<y.count {
      var cost = min(row[j + 1] + 1, next[j] + 1, row[j] + (x[i] == y[j] ? 0 : 1))
      if i > 0, j > 0, x[i] == y[j - 1], x[i - 1] == y[j] { cost = min(cost, before[j - 1] + 1) }
      next.append(cost)
    }
    (before, row) = (row, next)
  }
  return row[y.count]
}
