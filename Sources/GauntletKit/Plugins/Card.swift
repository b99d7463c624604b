/// What a plugin says of itself; printed by `describe`, in every report, and on its page under Documentation/Plugins.
public struct Card: Hashable, Sendable, Codable {
  /// Lower-case and hyphenated; how suites and the command line name the plugin.
  public let id: String
  /// Changes when the plugin's numbers would change; part of every cell's identity.
  public let version: String
  public let title: String
  /// What it computes, as an equation in plain text where there is one, with range and direction.
  public let definition: String
  /// The algorithm, as equations in plain text, one a line; empty where the definition is the equation.
  public let equation: String
  /// Paper and section, or the publication of the data.
  public let reference: String
  /// In what it is knowingly not as its source has it, a sentence each; empty where nothing is known.
  public let deviations: [String]

  public init(
    id: String, version: String, title: String, definition: String, equation: String = "", reference: String,
    deviations: [String] = []
  ) {
    self.id = id
    self.version = version
    self.title = title
    self.definition = definition
    self.equation = equation
    self.reference = reference
    self.deviations = deviations
  }
}
