import Foundation

/// What the commands can be told: subcommands and options by `--help`, plugins and settings by `list --json`, targets of
/// the Makefile.
final class Vocabulary {
  private struct Plugin: Decodable {
    struct Setting: Decodable { let name: String }
    let id: String
    let settings: [Setting]
  }

  private let shell: Shell
  private let plugins: [Plugin]
  private let profiles: Set<String>
  private let targets: Set<String>
  private var helps: [[String]: String] = [:]

  init() throws {
    shell = try Shell()
    plugins = try JSONDecoder().decode([Plugin].self, from: Data(try shell.run("gauntlet list --json").output.utf8))
    let attacks = try shell.run("gauntlet list attacks").output
    profiles = Set(attacks.matches(of: #/(?m)^  ([a-z0-9-]+) /#).map { String($0.1) })
    let makefile = try Repository.text("Makefile")
    targets = Set(makefile.matches(of: #/(?m)^([a-z]+):/#).map { String($0.1) })
  }

  deinit { shell.close() }

  private func help(_ path: [String]) throws -> String {
    if let known = helps[path] { return known }
    let outcome = try shell.run("gauntlet \(path.joined(separator: " ")) --help")
    let text = outcome.status == 0 ? outcome.output : ""
    helps[path] = text
    return text
  }

  private func subcommands(_ help: String) -> Set<String> {
    guard let start = help.range(of: "SUBCOMMANDS:") else { return [] }
    return Set(help[start.upperBound...].matches(of: #/(?m)^  ([a-z-]+)/#).map { String($0.1) })
  }

  /// What is wrong with a command, a sentence each; empty for programs that are not this project's.
  func mistakes(in command: [String]) throws -> [String] {
    let words = Array(command.drop { $0.contains("=") && $0.first?.isUppercase == true })
    guard let program = words.first else { return [] }
    if program == "make" {
      var wanted = Array(words.dropFirst())
      if let place = wanted.firstIndex(of: "-C") { wanted.removeSubrange(place..<min(place + 2, wanted.count)) }
      return wanted.filter { !$0.contains("=") && !targets.contains($0) }.map { "no target \($0)" }
    }
    guard program == "gauntlet" || program.hasSuffix("/gauntlet") else { return [] }
    var arguments = Array(words.dropFirst())
    var path: [String] = []
    while let next = arguments.first, subcommands(try help(path)).contains(next) {
      path.append(next)
      arguments.removeFirst()
    }
    if path.isEmpty, let first = arguments.first, !first.hasPrefix("-") { return ["no command \(first)"] }
    let known = try help(path)
    return arguments.flatMap { argument -> [String] in
      if argument.hasPrefix("-") {
        let option = argument.prefix { $0 != "=" }
        let isNamed = known.matches(of: #/--?[a-z][a-z-]*/#).contains { $0.0 == option }
        return isNamed ? [] : ["gauntlet \(path.joined(separator: " ")) has no option \(option)"]
      }
      return mistakes(inPlugin: argument)
    }
  }

  /// Of an argument such as `pgd:norm=linf,eps=8/255`.
  private func mistakes(inPlugin argument: String) -> [String] {
    guard let match = argument.wholeMatch(of: #/([a-z0-9-]+):([a-z-]+=.*)/#) else { return [] }
    let found = plugins.filter { $0.id == match.1 }
    if found.isEmpty { return profiles.contains(String(match.1)) ? [] : ["no plugin \(match.1)"] }
    let names = String(match.2).split(separator: ",").compactMap { part in
      part.firstIndex(of: "=").map { String(part[..<$0]) }
    }
    return names.filter { name in !found.contains { $0.settings.contains { $0.name == name } } }.map {
      "\(match.1) has no setting \($0)"
    }
  }
}
