import Foundation

/// A JSON value, as it stands in a file.
enum JSON: Hashable, Decodable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSON].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  init(contentsOf file: URL) throws { self = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: file)) }

  subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The value with another one at a path of keys and indices.
  func replacing(_ path: [String], with value: JSON?) -> JSON {
    guard let first = path.first else { return value ?? .null }
    let rest = Array(path.dropFirst())
    switch self {
    case .object(var members):
      members[first] = rest.isEmpty ? value : members[first]?.replacing(rest, with: value)
      return .object(members)
    case .list(var list):
      if let index = Int(first), list.indices.contains(index) { list[index] = list[index].replacing(rest, with: value) }
      return .list(list)
    default: return self
    }
  }
}
