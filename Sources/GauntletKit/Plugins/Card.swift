/// What a plugin says of itself; printed by `describe` and in every report.
public struct Card: Hashable, Sendable, Codable {
  /// Lower-case and hyphenated; how suites and the command line name the plugin.
  public let id: String
  /// Changes when the plugin's numbers would change; part of every cell's identity.
  public let version: String
  public let title: String
  /// What it computes, as an equation in plain text where there is one, with range and direction.
  public let definition: String
  /// Paper and section, or the publication of the data.
  public let reference: String

  public init(id: String, version: String, title: String, definition: String, reference: String) {
    self.id = id
    self.version = version
    self.title = title
    self.definition = definition
    self.reference = reference
  }
}
