internal import ArgumentParser
internal import GauntletKit

enum PluginKind: String, ExpressibleByArgument, CaseIterable {
  case metrics, defenses, attacks, datasets

  /// A description of every plugin of the kind.
  func plugins(_ registry: Registry) -> [PluginDescription] {
    switch self {
    case .metrics: registry.metrics.plugins.map { PluginDescription(kind: "metric", $0) }
    case .defenses: registry.defenses.plugins.map { PluginDescription(kind: "defense", $0) }
    case .attacks: registry.attacks.plugins.map { PluginDescription(kind: "attack", $0) }
    case .datasets: registry.datasets.plugins.map { PluginDescription(kind: "dataset", $0) }
    }
  }
}

/// A plugin as a program may read it.
struct PluginDescription: Encodable {
  struct SettingDescription: Encodable {
    let name: String
    let expected: String
    let defaultValue: String?
    let help: String
  }

  let kind: String
  let id: String
  let version: String
  let title: String
  let definition: String
  let reference: String
  let settings: [SettingDescription]

  init<Product>(kind: String, _ plugin: Plugin<Product>) {
    self.kind = kind
    id = plugin.card.id
    version = plugin.card.version
    title = plugin.card.title
    definition = plugin.card.definition
    reference = plugin.card.reference
    settings = plugin.settings.map {
      SettingDescription(name: $0.name, expected: $0.expectation, defaultValue: $0.defaultText, help: $0.help)
    }
  }
}

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List plugins: metrics, defenses, attacks or datasets.")

  @Argument(help: "metrics, defenses, attacks or datasets; all kinds if left out.")
  var kind: PluginKind?
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let plugins = (kind.map { [$0] } ?? PluginKind.allCases).flatMap { $0.plugins(GauntletCLI.registry) }
    if json { return try Output.json(plugins) }
    let width = plugins.map(\.id.count).max() ?? 0
    var last = ""
    for plugin in plugins {
      if plugin.kind != last, kind == nil { Output.line((last.isEmpty ? "" : "\n") + "\(plugin.kind)s") }
      last = plugin.kind
      Output.line("  \(plugin.id)\(String(repeating: " ", count: width - plugin.id.count))  \(plugin.title)")
    }
    if kind == nil || kind == .attacks, !GauntletCLI.registry.profiles.isEmpty {
      Output.line("\nattack profiles")
      for (id, members) in GauntletCLI.registry.profiles.sorted(by: { $0.key < $1.key }) {
        // The published protocols have dozens of members: `describe` lists them.
        let ids = members.map { String($0.prefix { $0 != ":" }) }
        var distinct: [String] = []
        for id in ids where !distinct.contains(id) { distinct.append(id) }
        let count = ids.count > distinct.count ? " (\(ids.count) settings)" : ""
        let padding = String(repeating: " ", count: max(0, width - id.count))
        Output.line("  \(id)\(padding)  \(distinct.joined(separator: " "))\(count)")
      }
    }
  }
}

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Say what a plugin computes, its settings, and where it comes from; or what a profile consists of.")

  @Argument(help: "The id of a plugin or profile.")
  var id: String
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if let members = GauntletCLI.registry.profiles[id] {
      if json { return try Output.json(["kind": ["attack profile"], "id": [id], "attacks": members]) }
      Output.line("attack profile \(id): in a suite it stands for these, and settings after it are given to each\n")
      for member in members { Output.line("  \(member)") }
      return
    }
    let all = PluginKind.allCases.flatMap { $0.plugins(GauntletCLI.registry) }
    let found = all.filter { $0.id == id }
    guard !found.isEmpty else {
      let known = all.map(\.id) + GauntletCLI.registry.profiles.keys.sorted()
      throw PluginError.unknown(kind: "plugin", id: id, suggestion: closest(to: id, in: known), known: known)
    }
    if json { return try Output.json(found) }
    for plugin in found {
      Output.line("\(plugin.kind) \(plugin.id), version \(plugin.version): \(plugin.title)")
      Output.line("\n\(plugin.definition)\n")
      if !plugin.reference.isEmpty { Output.line("Source: \(plugin.reference)\n") }
      if plugin.settings.isEmpty { Output.line("It takes no settings.") }
      for setting in plugin.settings {
        let fallback =
          switch setting.defaultValue {
          case nil: "must be given"
          case "": "may be left out"
          case let text?: "default \(text)"
          }
        Output.line("  \(setting.name): \(setting.expected); \(fallback)\n      \(setting.help)")
      }
    }
  }
}
