internal import ArgumentParser
internal import GauntletKit

enum DescriptionFormat: String, ExpressibleByArgument, CaseIterable {
  case text, markdown, json
}

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Say what a plugin computes, its settings, and where it comes from; or what a profile consists of.")

  @Argument(help: "The id of a plugin or profile.")
  var id: String
  @Option(help: "text, markdown or json.")
  var format: DescriptionFormat = .text
  @Flag(help: "The same as --format json.")
  var json = false

  func validate() throws {
    if json && format == .markdown { throw ValidationError("--json and --format markdown exclude each other") }
  }

  private var asJSON: Bool { json || format == .json }

  func run() throws {
    if let members = GauntletCLI.registry.profiles[id] {
      if asJSON { return try Output.json(["kind": ["attack profile"], "id": [id], "attacks": members]) }
      if format == .markdown { return Output.text(PluginPages.page(profile: id, members: members)) }
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
    if asJSON { return try Output.json(found) }
    if format == .markdown { return Output.text(found.map(PluginPages.page).joined(separator: "\n")) }
    for plugin in found {
      Output.line("\(plugin.kind) \(plugin.id), version \(plugin.version): \(plugin.title)")
      Output.line("\n\(plugin.definition)\n")
      if !plugin.equation.isEmpty { Output.line("\(plugin.equation)\n") }
      if !plugin.reference.isEmpty { Output.line("Source: \(plugin.reference)\n") }
      if !plugin.deviations.isEmpty {
        Output.line("Known deviations:")
        for deviation in plugin.deviations { Output.line("  - \(deviation)") }
        Output.line("")
      }
      if plugin.settings.isEmpty { Output.line("It takes no settings.") }
      for setting in plugin.settings {
        Output.line("  \(setting.name): \(setting.expected); \(setting.fallback)\n      \(setting.help)")
      }
    }
  }
}
