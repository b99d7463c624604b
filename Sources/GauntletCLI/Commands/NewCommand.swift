internal import ArgumentParser
internal import Foundation
internal import GauntletKit
internal import Scaffold

/// The kinds of plugins, as the command line names them.
enum NewKind: String, ExpressibleByArgument, CaseIterable {
  case defense, metric, attack, dataset

  var scaffold: ScaffoldKind {
    switch self {
    case .defense: .defense
    case .metric: .metric
    case .attack: .attack
    case .dataset: .dataset
    }
  }
}

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a package for a new defense, metric, attack or dataset.",
    discussion: """
      Example: gauntlet new defense Mine
      The package holds one file to edit, which is a plugin that works as it is; the whole gauntlet command with the plugin \
      beside the built-ins; tests of the laws; and a suite, compare.yaml, that shows where the plugin stands.
      """)

  @Argument(help: "defense, metric, attack or dataset.")
  var kind: NewKind
  @Argument(help: "A Swift type name, such as Mine; suites name the plugin by the same words, hyphenated: mine.")
  var name: String
  @Option(help: ArgumentHelp("Where to write it. Default: a new folder of that name.", valueName: "folder"))
  var at: String?
  @Option(
    help: ArgumentHelp(
      "Gauntlet's sources: a folder, or the URL of a git repository. Default: the folder that this program was built from.",
      valueName: "folder-or-url"))
  var gauntlet: String?

  func run() throws {
    let name = try ScaffoldName(name)
    try checkIsFree(name.id)
    let sources = try gauntlet.map { try GauntletSources($0) } ?? .ofThisBuild()
    let folder = at ?? name.identifier
    guard !FileManager.default.fileExists(atPath: folder) else {
      throw CommandError.unwritable(path: folder, reason: "it exists; name another folder with --at, or remove it")
    }
    let scaffold = Scaffold(kind.scaffold, name: name, sources: sources)
    for file in scaffold.files { try write(Data(file.text.utf8), to: "\(folder)/\(file.path)") }
    if let versions = sources.resolvedVersions { try write(versions, to: "\(folder)/Package.resolved") }
    let plugin = "\(folder)/Sources/\(name.identifier)/\(name.identifier).swift"
    Output.line("\(plugin): the \(kind.rawValue) '\(name.id)', which works as it is; edit it")
    Output.line("cd \(folder) && \(scaffold.command)")
  }

  private func write(_ data: Data, to path: String) throws {
    try Output.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    try Output.write(data, to: path)
  }

  /// - Throws: `CommandError.usage` where a plugin of this program has the id.
  private func checkIsFree(_ id: String) throws {
    let registry = GauntletCLI.registry
    let taken =
      switch kind {
      case .defense: (try? registry.defenses.plugin(id)) != nil
      case .metric: (try? registry.metrics.plugin(id)) != nil
      case .attack: (try? registry.attacks.plugin(id)) != nil || registry.profiles[id] != nil
      case .dataset: (try? registry.datasets.plugin(id)) != nil
      }
    guard !taken else {
      throw CommandError.usage(
        "'\(name)' would be the \(kind.rawValue) '\(id)', and there is one of that id already "
          + "(gauntlet describe \(id)); choose another name")
    }
  }
}
