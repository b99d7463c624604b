import BuiltIns
import Foundation
import GauntletKit
import Harness
import Results
import Testing

/// Subjects that are a defense around another subject.
struct WrappedSubjectTests {
  private static let text = """
    seed: 3
    batch: 8
    datasets:
      shapes: {dataset: "shapes:classes=4,train-per-class=4,test-per-class=3,size=28", samples: 6}
      pairs: {dataset: "triplets:size=28,count=12"}
    subjects:
      l2: l2
      plain: {defense: "none:steps=3,batch=8", on: shapes, architecture: small-conv, embedding: 8}
      squeezed: {defense: "jpeg:quality=30", around: l2}
      smooth: {defense: "smoothing:samples=2", around: plain, title: Smooth}
      both: {defense: jpeg, around: smooth, test: pairs}
    attacks:
      - pgd:norm=linf,eps=8/255,steps=2
    """

  private func suite(_ text: String = text) throws -> Suite {
    try Suite(parsing: text, named: "test", path: "test.yaml", registry: try BuiltIns.registry())
  }

  private func mistakes(_ line: String) throws -> [String] {
    do {
      _ = try suite(
        Self.text.replacingOccurrences(of: "  both: {defense: jpeg, around: smooth, test: pairs}", with: line))
      return []
    } catch HarnessError.suite(_, let mistakes) { return mistakes.map { "\($0.keyPath): \($0.message)" } }
  }

  @Test func theyRunLikeOthers() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let runner = try Runner(Plan(suite()), in: RunFolder(folder), progress: Progress(silent: true))
    try runner.run()
    let record = try runner.record(version: "test", reproduce: "", started: Date())
    for cell in record.cells {
      if case .failed(let reason) = cell.status { Issue.record("\(cell.subject) on \(cell.dataset): \(reason)") }
    }
    // Embedding metrics are asked about retrieval too, and others are not, whatever stands around them.
    let asked = Set(record.cells.filter { $0.status == .done }.map { "\($0.subject) \($0.dataset)" })
    #expect(
      asked == [
        "l2 pairs", "squeezed pairs", "plain pairs", "plain shapes", "smooth pairs", "smooth shapes", "both pairs",
      ])
    let smooth = try #require(record.subjects.first { $0.id == "smooth" })
    let plain = try #require(record.subjects.first { $0.id == "plain" })
    #expect(smooth.title == "Smooth" && smooth.kind == .defended && smooth.plugin == "smoothing")
    #expect(smooth.weights == plain.weights && smooth.geometry == plain.geometry)
    #expect(smooth.spec.contains(" around none:"))
    let both = try #require(record.subjects.first { $0.id == "both" })
    #expect(both.title == "Smooth, JPEG" && both.card.version == "1+1+\(plain.card.version)")
    // JPEG is not the identity: another question, and other answers under attack.
    func afters(_ subject: String) -> [Double] {
      record.cells.filter { $0.subject == subject && $0.dataset == "pairs" }.flatMap { $0.measures.compactMap(\.after) }
    }
    #expect(!afters("squeezed").isEmpty && afters("squeezed") != afters("l2"))
  }

  @Test func theResolvedTextIsTheSameSuite() throws {
    let suite = try suite()
    let again = try self.suite(suite.resolvedText)
    #expect(again.resolvedText == suite.resolvedText)
    #expect(try Plan(again).cells.map(\.id) == Plan(suite).cells.map(\.id))
    #expect(Set(try Plan(suite).cells.map(\.id)).count == (try Plan(suite).cells.count))
  }

  @Test func mistakesAreNamed() throws {
    #expect(try mistakes("  both: {defense: jpeg, around: smoth}").first?.contains("did you mean 'smooth'") == true)
    #expect(try mistakes("  both: {around: smooth}").first?.contains("the key 'defense' is missing") == true)
    #expect(
      try mistakes("  both: {defense: \"none:steps=3\", around: smooth}").first?.contains("trains a network") == true)
    #expect(
      try mistakes("  both: {defense: jpeg, on: shapes, architecture: small-conv}").first?.contains("it takes 'around'")
        == true)
    #expect(try mistakes("  both: {defense: smoothing, around: l2}").first?.contains("embeds nothing") == true)
    #expect(try mistakes("  both: {defense: jpeg, around: l2, from: plain}").first?.contains("from") == true)
  }
}
