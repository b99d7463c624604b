import Foundation

/// The part of JSON Schema (draft 2020-12) that the schemas of this project use; any other keyword is a mistake.
struct JSONSchema {
  private let root: JSON

  init(_ name: String) throws {
    root = try JSON(contentsOf: Repository.file("Documentation/Schemas/\(name).schema.json"))
  }

  /// Every mistake of a document, with where it is.
  func mistakes(in document: JSON) -> [String] { check(document, root, "$") }

  private static let annotations: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

  private func check(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
    guard case .object(let rules) = schema else { return ["\(path): a schema is no object"] }
    return rules.sorted { $0.key < $1.key }.flatMap { keyword, rule -> [String] in
      Self.annotations.contains(keyword) ? [] : check(value, keyword, rule, rules, path)
    }
  }

  private func check(
    _ value: JSON, _ keyword: String, _ rule: JSON, _ rules: [String: JSON], _ path: String
  ) -> [String] {
    func demand(_ holds: Bool) -> [String] { holds ? [] : ["\(path): \(value) breaks \(keyword) \(rule)"] }
    switch (keyword, rule) {
    case ("$ref", .text(let reference)):
      let target = reference.split(separator: "/").dropFirst().reduce(root as JSON?) { $0?[String($1)] }
      return target.map { check(value, $0, path) } ?? ["\(path): no schema \(reference)"]
    case ("type", .text(let name)): return demand(Self.isOfType(name, value))
    case ("const", _): return demand(value == rule)
    case ("enum", .list(let values)): return demand(values.contains(value))
    case ("anyOf", .list(let schemas)): return demand(schemas.contains { check(value, $0, path).isEmpty })
    case ("minimum", .number(let bound)): return demand(Self.number(value).map { $0 >= bound } ?? true)
    case ("exclusiveMinimum", .number(let bound)): return demand(Self.number(value).map { $0 > bound } ?? true)
    case ("exclusiveMaximum", .number(let bound)): return demand(Self.number(value).map { $0 < bound } ?? true)
    case ("minLength", .number(let bound)):
      if case .text(let text) = value { return demand(Double(text.count) >= bound) } else { return [] }
    case ("pattern", .text(let pattern)):
      guard case .text(let text) = value else { return [] }
      return demand(text.range(of: pattern, options: .regularExpression) != nil)
    case ("minItems", .number(let bound)):
      if case .list(let list) = value { return demand(Double(list.count) >= bound) } else { return [] }
    case ("items", _):
      guard case .list(let list) = value else { return [] }
      return list.enumerated().flatMap { check($1, rule, "\(path)[\($0)]") }
    case ("required", .list(let keys)):
      guard case .object(let members) = value else { return [] }
      return keys.filter { if case .text(let key) = $0 { members[key] == nil } else { true } }.map {
        "\(path): lacks \($0)"
      }
    case ("properties", .object(let properties)):
      guard case .object(let members) = value else { return [] }
      return members.flatMap { key, member in properties[key].map { check(member, $0, "\(path).\(key)") } ?? [] }
    case ("additionalProperties", _):
      guard case .object(let members) = value else { return [] }
      let others = members.filter { rules["properties"]?[$0.key] == nil }
      if rule == .flag(false) { return others.keys.map { "\(path): has an unknown key \($0)" } }
      return others.flatMap { check($1, rule, "\(path).\($0)") }
    default: return ["\(path): the validator does not know \(keyword) \(rule)"]
    }
  }

  private static func number(_ value: JSON) -> Double? {
    if case .number(let number) = value { number } else { nil }
  }

  private static func isOfType(_ name: String, _ value: JSON) -> Bool {
    switch (name, value) {
    case ("object", .object), ("array", .list), ("string", .text), ("number", .number), ("boolean", .flag): true
    case ("integer", .number(let number)): number.rounded() == number
    default: false
    }
  }
}
