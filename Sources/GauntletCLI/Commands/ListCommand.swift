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

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List plugins: metrics, defenses, attacks or datasets.")

  @Argument(help: "metrics, defenses, attacks or datasets; all kinds if left out.")
  var kind: PluginKind?
  @Flag(help: "Print JSON.")
  var json = false
  @Option(help: "Write a Markdown page a plugin, and an index, into this folder instead.")
  var pages: String?

  func validate() throws {
    if pages != nil, kind != nil || json { throw ValidationError("--pages stands alone: it writes every kind") }
  }

  func run() throws {
    if let pages { return try PluginPages(GauntletCLI.registry).write(to: pages) }
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
