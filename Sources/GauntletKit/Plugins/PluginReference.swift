/// A plugin named with settings, the same way in suites and on the command line: `pgd:norm=linf,eps=8/255,steps=32`.
public struct PluginReference: Hashable, Sendable, CustomStringConvertible {
  public struct Given: Hashable, Sendable {
    public let name: String
    public let text: String
  }

  public let id: String
  public let settings: [Given]

  /// - Throws: `PluginError.malformed`.
  public init(_ text: String) throws {
    let text = text.trimmed
    let head = text.prefix { $0 != ":" }
    guard !head.isEmpty, head.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "-" }) else {
      throw PluginError.malformed(
        text, reason: "expected an id of lower-case letters, digits and hyphens, then perhaps :name=value,…")
    }
    id = String(head)
    var settings: [Given] = []
    let tail = text.dropFirst(head.count).dropFirst()
    if text.count > head.count {
      for part in tail.split(separator: ",", omittingEmptySubsequences: false) {
        guard let equals = part.firstIndex(of: "=") else {
          // A comma inside of a value: it belongs to the value before.
          guard let last = settings.popLast(), !part.isEmpty else {
            throw PluginError.malformed(text, reason: "expected name=value, got '\(part)'")
          }
          settings.append(Given(name: last.name, text: last.text + "," + part))
          continue
        }
        settings.append(
          Given(name: String(part[..<equals]).trimmed, text: String(part[part.index(after: equals)...]).trimmed))
      }
    }
    self.settings = settings
  }

  public init(id: String, settings: [(name: String, text: String)]) {
    self.id = id
    self.settings = settings.map { Given(name: $0.name, text: $0.text) }
  }

  public var description: String {
    settings.isEmpty ? id : id + ":" + settings.map { "\($0.name)=\($0.text)" }.joined(separator: ",")
  }
}

extension String {
  fileprivate var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view = view.dropFirst() }
    while let last = view.last, last.isWhitespace { view = view.dropLast() }
    return String(view)
  }
}
