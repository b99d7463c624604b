import BuiltIns
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
}
