import BuiltIns
import Foundation
import GauntletKit
import Harness
import Testing

struct PlanTests {
  private func plan(_ text: String, limit: Int? = nil) throws -> Plan {
    try Plan(Suite(parsing: text, named: "test", path: "test.yaml", registry: try BuiltIns.registry()), limit: limit)
  }

  private static func text(seed: Int = 0, steps: Int = 2, samples: Int = 8, count: Int = 20) -> String {
    """
    seed: \(seed)
    datasets:
      pairs: {dataset: "triplets:count=\(count)", samples: \(samples)}
      shapes: "shapes:classes=8,train-per-class=2,test-per-class=4"
    subjects: {ssim: ssim}
    attacks: ["pgd:steps=\(steps)", "ca-plus"]
    """
  }

  @Test func everyPairThatMakesSenseIsACell() throws {
    let cells = try plan(Self.text()).cells
    #expect(
      cells.map { "\($0.dataset.key) \($0.attack?.use.card.id ?? "natural")" }
        == ["pairs natural", "pairs pgd", "shapes natural", "shapes ca-plus"])
    #expect(cells.map { $0.inapplicable == nil } == [true, true, false, false])
    #expect(cells[2].inapplicable?.contains("embeds nothing") == true)
  }

  @Test func anIdNamesEverythingThatDecidesNumbersAndNothingElse() throws {
    func ids(_ text: String) throws -> [String] { try plan(text).cells.filter { $0.inapplicable == nil }.map(\.id) }
    let base = try ids(Self.text())
    #expect(try ids(Self.text(samples: 4)) == base)
    #expect(try ids(Self.text(steps: 3))[0] == base[0])
    #expect(try ids(Self.text(steps: 3))[1] != base[1])
    #expect(try Set(ids(Self.text(seed: 1))).isDisjoint(with: base))
    #expect(try Set(ids(Self.text(count: 21))).isDisjoint(with: base))
    #expect(try ids(Self.text().replacing("pgd:steps=2", with: "pgd:eps=8/255,steps=2")).count == base.count)
  }

  @Test func moreSamplesKeepTheOnesBefore() throws {
    let few = try plan(Self.text(samples: 5)).cells[0].samples
    let more = try plan(Self.text(samples: 12)).cells[0].samples
    #expect(few.count == 5)
    #expect(Set(few).isSubset(of: more))
    #expect(few == few.sorted())
    #expect(try plan(Self.text(samples: 12), limit: 5).cells[0].samples == few)
  }

  /// A model of one dataset need not be asked about the others.
  @Test func aSubjectIsAskedAboutTheDatasetsThatItNames() throws {
    let text = """
      datasets: {a: "shapes:classes=8,size=28", b: "shapes:classes=4,size=28", c: "shapes:classes=6,size=28"}
      subjects:
        one: {defense: none, on: a, test: a, architecture: small-conv}
        two: {defense: none, on: a, test: [a, c], architecture: small-conv}
        all: {defense: none, on: a, architecture: small-conv}
      """
    let asked = try plan(text).cells.map { "\($0.subject.key)-\($0.dataset.key)" }
    #expect(asked == ["one-a", "two-a", "two-c", "all-a", "all-b", "all-c"])
    #expect(throws: HarnessError.self) { try plan(text.replacing("test: a", with: "test: d")) }
  }

  /// Weights may be a folder: what lies in it decides numbers, its own name does not.
  @Test func aFolderOfWeightsCountsByItsFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gauntlet-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var registry = try BuiltIns.registry()
    let card = Card(id: "foldered", version: "1", title: "t", definition: "d", reference: "r")
    let settings = [Setting("weights", .path, default: nil, help: "a folder")]
    try registry.metrics.register(
      Plugin(card, settings: settings) { _ in try BuiltIns.registry().metrics.make(PluginReference("l2")) })
    func id(_ name: String, _ files: [String: String]) throws -> String {
      let place = folder.appending(path: name)
      for (file, text) in files {
        let url = place.appending(path: file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
      }
      let text = "datasets: {p: \"triplets:count=2\"}\nsubjects: {m: \"foldered:weights=\(place.path)\"}\n"
      let suite = try Suite(parsing: text, named: "test", path: "test.yaml", registry: registry)
      return try #require(try Plan(suite, limit: nil).cells.first).id
    }
    let ids = try [
      id("a", ["base.pth": "1", "lora/b.bin": "2"]), id("b", ["base.pth": "1", "lora/b.bin": "2"]),
      id("c", ["base.pth": "1", "lora/b.bin": "3"]), id("d", ["base.pth": "1", "lora/c.bin": "2"]),
    ]
    #expect(ids[0] == ids[1])
    #expect(Set(ids).count == 3)
  }
}
