import Foundation
import Testing

/// `gauntlet new`, as a person runs it. That what it writes builds and works is tested where the templates are, and by
/// `.ci/scaffold` as a whole.
struct NewCommandTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Whether the compiler can parse a file.
  private func parses(_ path: String) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["swiftc", "-frontend", "-parse", path]
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test(arguments: ["defense", "metric", "attack", "dataset"]) func aPackageIsWritten(_ kind: String) throws {
    let scratch = try Scratch()
    let folder = scratch.file("MyPlugin")
    let made = try GauntletProcess.run("new", kind, "MyPlugin", "--at", folder, "--gauntlet", Self.root)
    #expect(made.status == 0, "\(made.error)")
    #expect(made.output.contains("swift run -c release gauntlet-my-plugin run compare.yaml"), "\(made.output)")
    let code = [
      "Package.swift", "Sources/MyPlugin/MyPlugin.swift", "Sources/gauntlet-my-plugin/main.swift",
      "Tests/MyPluginTests/MyPluginTests.swift",
    ]
    for path in code { #expect(try parses("\(folder)/\(path)"), "\(path)") }
    let manifest = try String(contentsOfFile: "\(folder)/Package.swift", encoding: .utf8)
    #expect(manifest.contains("path: \"\(Self.root)\""))
    let readme = try String(contentsOfFile: "\(folder)/README.md", encoding: .utf8)
    #expect(readme.contains("Sources/MyPlugin/MyPlugin.swift"))
    // Without the plugin the suite has just the mistakes that it does not know the plugin.
    let validated = try GauntletProcess.run("validate", "\(folder)/compare.yaml")
    let mistakes = validated.error.split(separator: "\n").filter { $0.contains("compare.yaml:") }
    #expect(validated.status == 65 && !mistakes.isEmpty, "\(validated.error)")
    #expect(mistakes.allSatisfy { $0.contains("my-plugin") }, "\(validated.error)")
  }

  @Test func nothingIsOverwritten() throws {
    let scratch = try Scratch()
    let folder = scratch.file("Mine")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let refused = try GauntletProcess.run("new", "metric", "Mine", "--at", folder, "--gauntlet", Self.root)
    #expect(refused.status == 73 && refused.error.contains("it exists"), "\(refused.error)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test(arguments: [
    (["defense", "Act"], Int32(64), "one of that id already"), (["attack", "Ers"], 64, "one of that id already"),
    (["defense", "mine"], 64, "perhaps 'Mine'"), (["metric", "Tensors"], 64, "choose another"),
    (["defence", "Mine"], 64, "defense"), (["metric", "Mine", "--gauntlet", "/nowhere/at/all"], 66, "--gauntlet"),
  ]) func mistakesAreSaid(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let scratch = try Scratch()
    let outcome = try GauntletProcess.run(
      ["new"] + arguments + ["--at", scratch.file("out")], environment: [:])
    #expect(outcome.status == status && outcome.error.contains(text), "\(outcome.status): \(outcome.error)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("out")))
  }
}
