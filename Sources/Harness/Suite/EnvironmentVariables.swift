internal import Foundation

/// Environment variables in settings and paths: suites name folders of data without saying where they lie.
enum EnvironmentVariables {
  /// Replaces each ${NAME} by its value.
  /// - Throws: `HarnessError.unreadable` for a variable that is not set.
  static func expanded(_ text: String) throws -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.range(of: "${") {
      result += rest[..<start.lowerBound]
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw HarnessError.unreadable(path: text, reason: "'${' without '}'")
      }
      let name = String(rest[start.upperBound..<end])
      guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
        throw HarnessError.unreadable(path: text, reason: "the environment variable \(name) is not set")
      }
      result += value
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}
