internal import Foundation
internal import GauntletKit

/// A Markdown page a plugin, made of its card and settings, and an index of them all.
struct PluginPages {
  private static let origin =
    "<!-- Made of the plugins' cards by `gauntlet list --pages Documentation/Plugins`; a test compares the two. -->"

  private let kinds: [(kind: PluginKind, plugins: [PluginDescription])]
  private let profiles: [(id: String, members: [String])]

  init(_ registry: Registry) {
    kinds = PluginKind.allCases.map { ($0, $0.plugins(registry)) }
    profiles = registry.profiles.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Path in the folder → text; the same registry gives the same bytes.
  var files: [(path: String, text: String)] {
    var files = [("README.md", index)]
    for (kind, plugins) in kinds {
      files += plugins.map { ("\(kind.rawValue)/\($0.id).md", Self.origin + "\n\n" + Self.page($0)) }
    }
    files += profiles.map {
      ("profiles/\($0.id).md", Self.origin + "\n\n" + Self.page(profile: $0.id, members: $0.members))
    }
    return files
  }

  func write(to folder: String) throws {
    let base = URL(fileURLWithPath: folder)
    for (path, text) in files {
      let file = base.appendingPathComponent(path)
      try Output.makeFolder(file.deletingLastPathComponent().path)
      try Output.write(Data(text.utf8), to: file.path)
    }
    Output.line("\(folder): \(files.count) pages")
  }

  private var index: String {
    var lines = [
      Self.origin, "", "# Plugins", "",
      "What comes along. `gauntlet describe ID` prints the same on a terminal; suites and the command line name a plugin by "
        + "its id, with settings after a colon: `pgd:norm=linf,eps=8/255`.",
    ]
    for (kind, plugins) in kinds {
      lines += ["", "## \(kind.rawValue.capitalized)", "", "| id | what |", "|---|---|"]
      lines += plugins.map { "| [`\($0.id)`](\(kind.rawValue)/\($0.id).md) | \(Self.cell($0.title)) |" }
    }
    lines += [
      "", "## Attack profiles", "", "One name for several attacks; settings after it are given to each.", "",
      "| id | attacks |", "|---|--:|",
    ]
    lines += profiles.map { "| [`\($0.id)`](profiles/\($0.id).md) | \($0.members.count) |" }
    return lines.joined(separator: "\n") + "\n"
  }

  static func page(profile id: String, members: [String]) -> String {
    var lines = [
      "# Attack profile `\(id)`", "", "In a suite it stands for these attacks; settings after it are given to each.",
      "",
    ]
    lines += members.map { "* `\($0)`" }
    return lines.joined(separator: "\n") + "\n"
  }

  static func page(_ plugin: PluginDescription) -> String {
    var lines = ["# \(plugin.title)", "", "\(plugin.kind.capitalized) `\(plugin.id)`, version \(plugin.version).", ""]
    lines += ["## Definition", "", sentence(plugin.definition), ""]
    if !plugin.equation.isEmpty { lines += ["```text", plugin.equation, "```", ""] }
    lines += ["## Settings", ""]
    if plugin.settings.isEmpty {
      lines += ["It takes none.", ""]
    } else {
      lines += ["| setting | values | default | meaning |", "|---|---|---|---|"]
      lines += plugin.settings.map { setting in
        let fallback =
          switch setting.defaultValue {
          case nil: "must be given"
          case "": "may be left out"
          case let text?: "`\(text)`"
          }
        return "| `\(setting.name)` | \(cell(setting.expected)) | \(fallback) | \(cell(setting.help)) |"
      }
      lines.append("")
    }
    lines += ["## Source", "", sentence(plugin.reference), "", "## Known deviations", ""]
    lines += plugin.deviations.isEmpty ? ["None is known."] : plugin.deviations.map { "* \(prose($0))" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text that begins with a word begins with a capital; symbols stay as they are.
  private static func sentence(_ text: String) -> String {
    let isWord = text.count > 1 && text.prefix(2).allSatisfy(\.isLetter)
    return prose(isWord ? text.prefix(1).uppercased() + text.dropFirst() : text) + "."
  }

  /// Text whose stars, bars and brackets are only themselves.
  private static func prose(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if "*_<>[]|#".contains(character) { result.append("\\") }
      result.append(character)
    }
  }

  private static func cell(_ text: String) -> String {
    prose(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }
}
