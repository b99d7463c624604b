/// One setting of a plugin: its name, what values it takes, and what it means.
public struct Setting: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case integer(ClosedRange<Int>)
    /// A number; fractions such as 8/255 are understood.
    case number(ClosedRange<Double>)
    case choice([String])
    case text
    /// A file or folder; relative to the current folder.
    case path
    /// A path, or one word that stands for something that needs no file.
    case pathOr(String)
    case flag
  }

  public let name: String
  public let kind: Kind
  /// As it would be written; nil if the setting must be given.
  public let defaultText: String?
  public let help: String

  /// Whether a value names a file or folder.
  public func isPath(_ text: String) -> Bool {
    switch kind {
    case .path: !text.isEmpty
    case .pathOr(let word): !text.isEmpty && text != word
    default: false
    }
  }

  public init(_ name: String, _ kind: Kind, default defaultText: String?, help: String) {
    self.name = name
    self.kind = kind
    self.defaultText = defaultText
    self.help = help
  }

  /// What a value must look like, for error messages and `describe`.
  public var expectation: String {
    switch kind {
    case .integer(let range):
      range.upperBound == .max ? "an integer of at least \(range.lowerBound)" : "an integer in \(range)"
    case .number(let range):
      range.upperBound.isInfinite || range.upperBound == .greatestFiniteMagnitude
        ? "a number of at least \(range.lowerBound)" : "a number in \(range) (fractions such as 8/255 are understood)"
    case .choice(let options): "one of " + options.joined(separator: ", ")
    case .text: "a text"
    case .path: "a path"
    case .pathOr(let word): "a path, or '\(word)'"
    case .flag: "true or false"
    }
  }
}

/// A parsed value of a setting.
public enum SettingValue: Hashable, Sendable {
  case integer(Int)
  case number(Double)
  case text(String)
  case flag(Bool)

  init?(_ text: String, as kind: Setting.Kind) {
    switch kind {
    case .integer(let range):
      guard let value = Int(text), range.contains(value) else { return nil }
      self = .integer(value)
    case .number(let range):
      guard let value = GauntletKit.number(from: text), range.contains(value) else { return nil }
      self = .number(value)
    case .choice(let options):
      guard options.contains(text) else { return nil }
      self = .text(text)
    case .text, .path, .pathOr:
      self = .text(text)
    case .flag:
      switch text {
      case "true", "yes", "on": self = .flag(true)
      case "false", "no", "off": self = .flag(false)
      default: return nil
      }
    }
  }

  var canonical: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): value
    case .flag(let value): "\(value)"
    }
  }
}

/// "8/255", "0.5" or "1e-3" as a number; nil for anything else.
public func number(from text: String) -> Double? {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false)
  switch parts.count {
  case 1:
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  case 2:
    guard let over = Double(parts[0]), let under = Double(parts[1]), over.isFinite, under.isFinite, under != 0
    else { return nil }
    return over / under
  default: return nil
  }
}
