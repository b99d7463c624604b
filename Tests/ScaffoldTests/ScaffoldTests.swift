import Foundation
import Scaffold
import Testing

struct ScaffoldTests {
  @Test(arguments: [
    ("Mine", "mine"), ("MyDefense", "my-defense"), ("MyL2Defense", "my-l2-defense"), ("ACTPlus", "act-plus"),
    ("A1", "a1"),
  ]) func namesAreHyphenated(_ text: String, _ id: String) throws {
    let name = try ScaffoldName(text)
    #expect(name.id == id && name.identifier == text && name.command == "gauntlet-\(id)")
  }

  @Test(arguments: [
    ("mine", "perhaps 'Mine'"), ("my-defense", "perhaps 'MyDefense'"), ("My Defense", "perhaps 'MyDefense'"),
    ("2Fast", "capital letter"), ("", "capital letter"), ("Übung", "capital letter"), ("Mine/../x", "capital letter"),
    ("Tensors", "choose another"), ("Self", "choose another"), ("MineTests", "drop 'Tests'"),
    (String(repeating: "A", count: 65), "at most 64"),
  ]) func otherNamesAreRefused(_ text: String, _ reason: String) {
    let error = #expect(throws: ScaffoldError.self) { try ScaffoldName(text) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func noPluginIsCalledLikeAModule() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let modules = try ["Sources", "Plugins"].flatMap {
      try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent($0).path)
    }.filter { $0.first?.isUppercase == true }
    #expect(modules.count > 20)
    for module in modules { #expect(throws: ScaffoldError.self, "\(module)") { try ScaffoldName(module) } }
  }

  @Test(arguments: ScaffoldKind.allCases) func nothingOfTheTemplateIsLeft(_ kind: ScaffoldKind) throws {
    let scaffold = Scaffold(kind, name: try ScaffoldName("MyPlugin"), sources: .folder("/somewhere/gauntlet"))
    let files = Dictionary(uniqueKeysWithValues: scaffold.files.map { ($0.path, $0.text) })
    for (path, text) in files {
      #expect(!text.localizedCaseInsensitiveContains("template"), "\(path)")
      #expect(!text.contains("{Name}") && !text.contains("{id}") && !text.contains("{command}"), "\(path)")
    }
    let plugin = try #require(files["Sources/MyPlugin/MyPlugin.swift"])
    #expect(plugin.contains("public enum MyPlugin") && plugin.contains("id: \"my-plugin\""))
    let main = try #require(files["Sources/gauntlet-my-plugin/main.swift"])
    #expect(main.contains("import MyPlugin\n") && main.contains("registry(adding: MyPlugin.register)"))
    #expect(files["Tests/MyPluginTests/MyPluginTests.swift"]?.contains("import MyPlugin\n") == true)
    #expect(files["compare.yaml"]?.contains("my-plugin") == true)
    let manifest = try #require(files["Package.swift"])
    #expect(manifest.contains(".package(name: \"gauntlet\", path: \"/somewhere/gauntlet\")"))
    // Every module of gauntlet that the plugin imports is a product that its target depends on.
    for line in plugin.split(separator: "\n") where line.hasPrefix("import ") || line.hasPrefix("public import ") {
      let module = String(line.split(separator: " ").last ?? "")
      #expect(manifest.contains("\"\(module)\"") || module == "Glibc", "\(module)")
    }
  }

  @Test func sourcesAreCheckedFolders() throws {
    #expect(throws: ScaffoldError.self) { try GauntletSources("/nowhere/at/all") }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("scaffold-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let manifest = folder.appendingPathComponent("Package.swift")
    try Data("let package = Package(name: \"other\")".utf8).write(to: manifest)
    let error = #expect(throws: ScaffoldError.self) { try GauntletSources(folder.path) }
    #expect(error?.description.contains("is not gauntlet") == true && error?.description.contains("--gauntlet") == true)
    try Data("let package = Package(name: \"gauntlet\")".utf8).write(to: manifest)
    #expect(try GauntletSources(folder.path) == .folder(folder.path))
    #expect(
      try GauntletSources("https://example.org/gauntlet.git") == .repository("https://example.org/gauntlet.git"))
  }

  @Test func repositoriesGoByTheirName() throws {
    let scaffold = Scaffold(
      .metric, name: try ScaffoldName("Mine"), sources: try GauntletSources("https://example.org/some/forked.git"))
    let manifest = try #require(scaffold.files.first { $0.path == "Package.swift" }?.text)
    #expect(manifest.contains("package: \"forked\"") && manifest.contains("branch: \"main\""))
  }
}
