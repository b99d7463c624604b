import Foundation
import Testing

/// The directions of import are not negotiable: this reads the manifest as it is, and every `import` line.
struct ImportDirectionTests {
  /// What each module may depend on; whatever is not listed here is forbidden.
  private static let allowed: [String: Set<String>] = [
    "Tensors": ["CKernels"],
    "Gradients": ["Tensors", "CKernels"],
    "Networks": ["Gradients", "Tensors", "CDNNL", "CKernels"],
    "FileFormats": ["Tensors", "CZlib"],
    "Pictures": ["Tensors", "CJPEG", "CPNG"],
    "Statistics": ["Tensors"],
    "GauntletKit": ["Networks", "Gradients", "Tensors", "CKernels"],
    "GauntletLaws": ["GauntletKit", "Networks", "Gradients", "Tensors"],
    "Training": ["GauntletKit", "Networks", "Gradients", "Tensors"],
    "Scaffold": [],
    "Downloads": [],
    "Results": [],
    "Comparisons": ["Results", "Statistics"],
    "Reports": ["Results", "Comparisons", "Statistics", "Pictures"],
    "Ledger": [],
    "Harness": [
      "GauntletKit", "Ledger", "Results", "Statistics", "FileFormats", "Pictures", "Networks", "Gradients", "Tensors",
    ],
    "GauntletCLI": [
      "Harness", "Comparisons", "Downloads", "Reports", "Results", "Scaffold", "Ledger", "FileFormats", "Pictures",
      "GauntletKit", "Gradients",
      "Tensors",
    ],
    "gauntlet": ["GauntletCLI", "BuiltIns"],
  ]
  private static let forPlugins: Set<String> = [
    "GauntletKit", "Training", "Networks", "Gradients", "Tensors", "Pictures", "FileFormats", "CKernels",
  ]

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Module → the files of its folder.
  private static func modules(_ folder: String) throws -> [String: [URL]] {
    let base = root.appendingPathComponent(folder)
    var modules: [String: [URL]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: base.path) {
      let walker = FileManager.default.enumerator(
        at: base.appendingPathComponent(name), includingPropertiesForKeys: nil)
      // Templates of Scaffold are no code of it, but texts; as code they are a module of their own.
      let files =
        walker?.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" && !$0.path.contains("/Template") } ?? []
      if !files.isEmpty { modules[name] = files }
    }
    return modules
  }

  private static func imports(of file: URL) throws -> Set<String> {
    let text = try String(contentsOf: file, encoding: .utf8)
    let names = text.split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place <= 1, words.count == place + 2 else { return nil }
      return String(words[place + 1])
    }
    return Set(names)
  }

  @Test func sourcesImportDownwardsOnly() throws {
    let sources = try Self.modules("Sources")
    let own = Set(sources.keys).union(try Self.modules("Plugins").keys).union([
      "CDNNL", "CKernels", "CJPEG", "CPNG", "CZlib",
    ])
    #expect(sources.count > 10)
    for (module, files) in sources {
      let allowed = try #require(Self.allowed[module], "\(module) has no line in this test: where does it stand?")
      for file in files {
        let forbidden = try Self.imports(of: file).intersection(own).subtracting(allowed)
        #expect(forbidden.isEmpty, "\(file.lastPathComponent) of \(module) imports \(forbidden.sorted())")
      }
    }
  }

  @Test func noPluginImportsAnotherPlugin() throws {
    let plugins = try Self.modules("Plugins")
    let own = Set(try Self.modules("Sources").keys).union(plugins.keys)
    for (module, files) in plugins where module != "BuiltIns" {
      for file in files {
        let forbidden = try Self.imports(of: file).intersection(own).subtracting(Self.forPlugins)
        #expect(forbidden.isEmpty, "\(file.lastPathComponent) of \(module) imports \(forbidden.sorted())")
      }
    }
  }

  /// A plugin that is written anew imports what plugins may.
  @Test func templatesImportWhatPluginsMay() throws {
    let folder = Self.root.appendingPathComponent("Sources/Scaffold/Templates")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
    #expect(files.count == 4)
    for file in files {
      let imports = try Self.imports(of: folder.appendingPathComponent(file))
      #expect(imports.subtracting(Self.forPlugins.union(["Glibc"])).isEmpty, "\(file) imports \(imports.sorted())")
    }
  }

  /// The manifest's dependency lists, by the words between a target's name and the end of its list.
  @Test func theManifestAgrees() throws {
    let manifest = try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    let pattern = /(library|plugin)\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?/
    var seen = 0
    for match in manifest.matches(of: pattern) {
      let name = String(match.2)
      let listed = (match.3 ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
      seen += 1
      if match.1 == "library" {
        let allowed = try #require(Self.allowed[name], "\(name) has no line in this test")
        #expect(Set(listed).subtracting(allowed).isEmpty, "\(name) lists \(listed)")
      } else if name != "BuiltIns" {
        #expect(Set(listed).subtracting(Self.forPlugins).isEmpty, "\(name) lists \(listed)")
      }
    }
    #expect(seen > 20)
  }
}
