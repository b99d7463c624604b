internal import Foundation
internal import GauntletKit
internal import Yams

/// Walks a YAML document and collects every mistake with its line, rather than stopping at the first.
final class YAMLReader {
  private(set) var mistakes: [SuiteMistake] = []

  func report(_ message: String, at node: Node?, _ path: String) {
    mistakes.append(SuiteMistake(line: node?.mark?.line, keyPath: path, message: message))
  }

  /// The document's root.
  static func compose(_ text: String, path: String) throws -> Node {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw HarnessError.suite(path: path, [SuiteMistake(line: 1, keyPath: "", message: "the file is empty")])
      }
      return node
    } catch let error as YamlError {
      throw HarnessError.suite(path: path, [mistake(of: error)])
    }
  }

  private static func mistake(of error: YamlError) -> SuiteMistake {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      SuiteMistake(line: mark.line, keyPath: "", message: "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      SuiteMistake(
        line: context.mark.line, keyPath: "",
        message: "given twice: \(duplicates.map { "\($0)" }.joined(separator: ", "))")
    default:
      SuiteMistake(line: nil, keyPath: "", message: "not YAML: \(error)".replacingOccurrences(of: "\n", with: " "))
    }
  }

  /// The pairs of a mapping; keys that are not `known` are mistakes (nil: any key is fine).
  func mapping(_ node: Node, _ path: String, known: [String]?) -> [(key: String, keyNode: Node, value: Node)] {
    guard let mapping = node.mapping else {
      report("expected a mapping (key: value), got \(YAMLReader.kind(of: node))", at: node, path)
      return []
    }
    var pairs: [(String, Node, Node)] = []
    for (keyNode, value) in mapping {
      guard let key = keyNode.string else {
        report("a key must be a text", at: keyNode, path)
        continue
      }
      if let known, !known.contains(key) {
        report(
          "unknown key '\(key)'"
            + (closest(to: key, in: known).map { "; did you mean '\($0)'?" }
              ?? "; known: \(known.joined(separator: ", "))"),
          at: keyNode, YAMLReader.join(path, key))
        continue
      }
      pairs.append((key, keyNode, value))
    }
    return pairs
  }

  func sequence(_ node: Node, _ path: String) -> [Node] {
    guard let sequence = node.sequence else {
      report("expected a list, got \(YAMLReader.kind(of: node))", at: node, path)
      return []
    }
    return Array(sequence)
  }

  func text(_ node: Node, _ path: String) -> String? {
    guard let text = node.scalar?.string else {
      report("expected a text, got \(YAMLReader.kind(of: node))", at: node, path)
      return nil
    }
    return text
  }

  func integer(_ node: Node, _ path: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = node.scalar.flatMap({ Int($0.string) }), range.contains(value) else {
      let limit = range.upperBound == .max ? "at least \(range.lowerBound)" : "in \(range)"
      report("expected an integer \(limit), got '\(node.scalar?.string ?? YAMLReader.kind(of: node))'", at: node, path)
      return nil
    }
    return value
  }

  func flag(_ node: Node, _ path: String) -> Bool? {
    guard let text = text(node, path) else { return nil }
    guard let flag = Bool(text) else {
      report("expected true or false, got '\(text)'", at: node, path)
      return nil
    }
    return flag
  }

  /// Runs `body`; what it throws becomes a mistake at this place.
  func attempt<R>(at node: Node?, _ path: String, _ body: () throws -> R) -> R? {
    do { return try body() } catch PluginError.settings(let plugin, let mistakes) {
      for mistake in mistakes { report("\(plugin): \(mistake.description)", at: node, path) }
    } catch { report("\(error)", at: node, path) }
    return nil
  }

  static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private static func kind(of node: Node) -> String {
    switch node {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
    case .alias: "an alias"
    }
  }
}
