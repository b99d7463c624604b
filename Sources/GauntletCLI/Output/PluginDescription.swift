internal import GauntletKit

/// A plugin as a program may read it.
struct PluginDescription: Encodable {
  struct SettingDescription: Encodable {
    let name: String
    let expected: String
    let defaultValue: String?
    let help: String

    /// What holds where it is not given.
    var fallback: String {
      switch defaultValue {
      case nil: "must be given"
      case "": "may be left out"
      case let text?: "default \(text)"
      }
    }
  }

  let kind: String
  let id: String
  let version: String
  let title: String
  let definition: String
  let equation: String
  let reference: String
  let deviations: [String]
  let settings: [SettingDescription]

  init<Product>(kind: String, _ plugin: Plugin<Product>) {
    self.kind = kind
    id = plugin.card.id
    version = plugin.card.version
    title = plugin.card.title
    definition = plugin.card.definition
    equation = plugin.card.equation
    reference = plugin.card.reference
    deviations = plugin.card.deviations
    settings = plugin.settings.map {
      SettingDescription(name: $0.name, expected: $0.expectation, defaultValue: $0.defaultText, help: $0.help)
    }
  }
}
