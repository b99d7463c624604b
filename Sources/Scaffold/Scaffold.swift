internal import Foundation

/// A package for one plugin: the plugin, the `gauntlet` command with it beside the built-ins, tests of the laws, a suite
/// that compares it, and a page that says what to type.
///
/// The plugin is a template that is compiled and tested with this package, under its new name.
public struct Scaffold: Hashable, Sendable {
  /// A file to write, by its path in the package's folder.
  public struct File: Hashable, Sendable {
    public let path: String
    public let text: String
  }

  public let kind: ScaffoldKind
  public let name: ScaffoldName
  public let sources: GauntletSources

  public init(_ kind: ScaffoldKind, name: ScaffoldName, sources: GauntletSources) {
    self.kind = kind
    self.name = name
    self.sources = sources
  }

  public var files: [File] {
    let identifier = name.identifier
    return [
      File(path: "Package.swift", text: filled(PackageResources.Package_txt)),
      File(path: "README.md", text: filled(PackageResources.Readme_txt)),
      File(path: "compare.yaml", text: renamed(kind.suite)),
      File(path: ".gitignore", text: ".build/\nruns/\n"),
      File(path: "Sources/\(identifier)/\(identifier).swift", text: renamed(kind.source)),
      File(path: "Sources/\(name.command)/main.swift", text: filled(PackageResources.main_txt)),
      File(path: "Tests/\(identifier)Tests/\(identifier)Tests.swift", text: renamed(kind.tests)),
    ]
  }

  /// What to type in the package's folder to see where the plugin stands.
  public var command: String { "swift run -c release \(name.command) \(kind.arguments(name.id))" }

  /// A file of the template under the plugin's name.
  private func renamed(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
      .replacingOccurrences(of: "import Template\n", with: "import \(name.identifier)\n")
      .replacingOccurrences(of: kind.template.identifier, with: name.identifier)
      .replacingOccurrences(of: kind.template.id, with: name.id)
  }

  /// A text with its {fields} filled in.
  private func filled(_ bytes: [UInt8]) -> String {
    let fields = [
      "{Name}": name.identifier, "{id}": name.id, "{command}": name.command, "{kind}": kind.rawValue,
      "{dependency}": sources.dependency, "{package}": sources.package, "{run}": command,
      "{products}": kind.products.map { "\"\($0)\"" }.joined(separator: ", "),
      "{check}": kind == .defense ? checkLine : "",
    ]
    return fields.sorted { $0.key < $1.key }.reduce(String(decoding: bytes, as: UTF8.self)) { text, field in
      text.replacingOccurrences(of: field.key, with: field.value)
    }
  }

  private var checkLine: String {
    "swift run -c release \(name.command) check \(name.id)   # is it robust, or are its gradients hidden?\n"
  }
}
