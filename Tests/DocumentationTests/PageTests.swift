import Foundation
import Testing

/// Pages that are made, and links that must lead somewhere.
struct PageTests {
  @Test func pluginPagesAreThoseOfTheCards() throws {
    let shell = try Shell()
    defer { shell.close() }
    let outcome = try shell.run("gauntlet list --pages pages")
    #expect(outcome.status == 0, "\(outcome.error)")
    let made = shell.folder.appendingPathComponent("pages")
    let names = (FileManager.default.enumerator(atPath: made.path)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".md") }.sorted()
    let committed = Repository.files(below: "Documentation/Plugins", ending: ".md")
    #expect(names.count > 50)
    #expect(names.map { "Documentation/Plugins/\($0)" } == committed, "run gauntlet list --pages Documentation/Plugins")
    for name in names {
      let text = try String(contentsOf: made.appendingPathComponent(name), encoding: .utf8)
      let known = try? Repository.text("Documentation/Plugins/\(name)")
      #expect(text == known, "\(name) differs from its card: run gauntlet list --pages Documentation/Plugins")
    }
  }

  @Test func describePrintsTheSamePage() throws {
    let shell = try Shell()
    defer { shell.close() }
    for page in ["attacks/gtm", "datasets/shapes", "profiles/ers"] {
      let id = page.split(separator: "/")[1]
      let printed = try shell.run("gauntlet describe \(id) --format markdown").output
      #expect(printed.hasPrefix("# "))
      #expect(try Repository.text("Documentation/Plugins/\(page).md").hasSuffix("-->\n\n" + printed))
    }
    #expect(try shell.run("gauntlet describe gtm --json --format markdown").status == 64)
    #expect(try shell.run("gauntlet list attacks --pages pages").status == 64)
  }

  @Test(arguments: Repository.pages) func linksLeadSomewhere(_ path: String) throws {
    let text = try Repository.text(path)
    for match in text.matches(of: #/\]\(([^)\s]+)\)/#) {
      let target = String(match.1)
      if target.contains("://") || target.hasPrefix("#") { continue }
      let file = Repository.file(path).deletingLastPathComponent().appendingPathComponent(
        String(target.prefix { $0 != "#" }))
      #expect(FileManager.default.fileExists(atPath: file.path), "\(path) links to \(target)")
    }
  }

  /// The pages say where in the sources and tests an answer is: such a place exists.
  @Test(arguments: ["Documentation/Peers.md", "Documentation/Footguns.md"]) func placesExist(_ path: String) throws {
    let text = try Repository.text(path)
    let places = text.matches(
      of: #/`((?:Sources|Plugins|Tests|Documentation|Suites|reports|Benchmarks|\.ci)/[^`\s]+)`/#)
    #expect(places.count > 10)
    for place in places {
      #expect(
        FileManager.default.fileExists(atPath: Repository.file(String(place.1)).path), "\(path) names \(place.1)")
    }
  }
}
