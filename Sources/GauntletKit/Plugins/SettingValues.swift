/// The settings of one use of a plugin: checked against its schema, defaults filled in.
public struct SettingValues: Hashable, Sendable {
  private let texts: [String: String]
  private let values: [String: SettingValue]
  private let schema: [Setting]

  /// - Throws: `PluginError.settings` with every mistake at once: unknown names (with a suggestion), values that are not
  ///   of the kind or out of range, missing ones.
  public init(_ given: [(name: String, text: String)], for plugin: String, schema: [Setting]) throws {
    var mistakes: [PluginError.SettingMistake] = []
    var texts: [String: String] = [:]
    var values: [String: SettingValue] = [:]
    for (name, text) in given {
      guard let setting = schema.first(where: { $0.name == name }) else {
        mistakes.append(
          .unknown(name, suggestion: closest(to: name, in: schema.map(\.name)), known: schema.map(\.name)))
        continue
      }
      guard texts[name] == nil else {
        mistakes.append(.repeated(name))
        continue
      }
      // Left empty where that is the default: not given.
      if text.isEmpty, setting.defaultText == "" { continue }
      guard let value = SettingValue(text, as: setting.kind) else {
        mistakes.append(.invalid(name, value: text, expected: setting.expectation))
        continue
      }
      texts[name] = text
      values[name] = value
    }
    for setting in schema where texts[setting.name] == nil {
      if mistakes.contains(where: { $0.name == setting.name }) { continue }
      guard let text = setting.defaultText else {
        mistakes.append(.missing(setting.name, expected: setting.expectation))
        continue
      }
      texts[setting.name] = text
      // An empty default stands for "not given".
      if !text.isEmpty {
        guard let value = SettingValue(text, as: setting.kind) else {
          preconditionFailure("the default \(text) of \(plugin).\(setting.name) is not \(setting.expectation)")
        }
        values[setting.name] = value
      }
    }
    guard mistakes.isEmpty else { throw PluginError.settings(plugin: plugin, mistakes) }
    self.texts = texts
    self.values = values
    self.schema = schema
  }

  private func value(_ name: String) -> SettingValue? {
    precondition(texts[name] != nil, "no setting \(name) among \(schema.map(\.name))")
    return values[name]
  }

  public func integer(_ name: String) -> Int {
    guard case .integer(let value) = value(name) else { preconditionFailure("\(name) is not an integer setting") }
    return value
  }

  public func number(_ name: String) -> Double {
    guard case .number(let value) = value(name) else { preconditionFailure("\(name) is not a number setting") }
    return value
  }

  /// Nil where the setting was left empty.
  public func optionalNumber(_ name: String) -> Double? {
    if case .number(let value) = value(name) { value } else { nil }
  }

  public func optionalInteger(_ name: String) -> Int? {
    if case .integer(let value) = value(name) { value } else { nil }
  }

  public func text(_ name: String) -> String {
    if case .text(let value) = value(name) { value } else { "" }
  }

  public func flag(_ name: String) -> Bool {
    guard case .flag(let value) = value(name) else { preconditionFailure("\(name) is not a flag") }
    return value
  }

  /// As it was written, or the default; for reports ("8/255" stays "8/255").
  public func written(_ name: String) -> String { texts[name] ?? "" }

  /// One text for equal values, however they were written: part of a cell's identity.
  public func canonicalValue(_ name: String) -> String { values[name]?.canonical ?? "" }

  /// Every setting with its value, in the order of the schema.
  public var resolved: [(name: String, text: String)] { schema.map { ($0.name, texts[$0.name] ?? "") } }
}
