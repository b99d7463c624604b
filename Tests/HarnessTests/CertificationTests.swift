import BuiltIns
import Foundation
import GauntletKit
import Harness
import Results
import Statistics
import Tensors
import Testing

/// Teachers, students, wrappers and certificates, through a whole run of a small suite.
@Suite(.serialized) struct CertificationTests {
  private static func text(skip: Bool = false) -> String {
    """
    seed: 5
    datasets:
      shapes: {dataset: "shapes:size=32,classes=6,train-per-class=6,test-per-class=6", samples: 12}
      pairs: {dataset: "triplets:count=24,size=32"}
      more: {dataset: "triplets:count=60,size=32,seed=9", ask: false}
    backbones:
      net: {defense: "softmax:steps=2,batch=12", on: shapes, architecture: small-conv, embedding: 12}
      student:
        defense: "lipsim:steps=2,batch=6"
        on: shapes
        architecture: sll-1x6-1x8
        embedding: 12
        geometry: C
        teachers: net
    subjects:
      lipsim: {defense: "lipsim-finetune:steps=4,batch=8,margin=0.3", on: more, from: student}
      jpeg: {defense: "jpeg:quality=60", around: lipsim, test: pairs}
      pixels: l2
    attacks:
      - ers:norm=l2,eps=0.02,steps=2
      - {attack: "pgd:norm=l2,steps=4", vary: {eps: [0.02, 0.3]}}
      - pgd:norm=l2,eps=0.02,steps=4,moved=all
      - self-distance:norm=l2,eps=0.02,steps=4
    certify: {radii: [0.01, 0.1], skip-certified: \(skip)}
    """
  }

  private func run(_ text: String, limits: [Int?] = [nil]) throws -> (record: RunRecord, rows: String) {
    let folder = try RunFolder(
      FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path)
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    for limit in limits.dropLast() { _ = try runner(text, folder, limit) }
    let last = try runner(text, folder, limits[limits.count - 1])
    return (
      try last.record(version: "test", reproduce: "", started: Date()).withoutTiming(), try last.rowsAsCSV()
    )
  }

  private func runner(_ text: String, _ folder: RunFolder, _ limit: Int?) throws -> Runner {
    let suite = try Suite(parsing: text, named: "test", path: "test.yaml", registry: try BuiltIns.registry())
    let runner = try Runner(Plan(suite, limit: limit), in: folder, progress: Progress(silent: true))
    try runner.run()
    return runner
  }

  private func score(_ record: RunRecord, _ subject: String, _ name: String, _ epsilon: Double? = nil) -> Double? {
    record.scores.first { $0.subject == subject && $0.name == name && $0.threat?.epsilon == epsilon }?.value
  }

  @Test func certifiedScoresLieBelowTheAttackedOnes() throws {
    let (record, _) = try run(Self.text())
    #expect(record.cells.allSatisfy { $0.status != .failed("") && !"\($0.status)".contains("failed") })
    let natural = try #require(score(record, "lipsim", ScoreName.twoAlternativeNatural))
    let small = try #require(score(record, "lipsim", ScoreName.twoAlternativeCertified, 0.01))
    let large = try #require(score(record, "lipsim", ScoreName.twoAlternativeCertified, 0.1))
    #expect(natural >= small && small >= large && small > 0)
    let attacked = try #require(score(record, "lipsim", ScoreName.twoAlternativeEmpirical, 0.02))
    let bound = try #require(
      record.scores.first { $0.subject == "lipsim" && $0.name == ScoreName.twoAlternativeCertified && $0.attack != nil }
    )
    #expect(natural >= attacked && attacked >= bound.value)
    let ers = try #require(score(record, "lipsim", ScoreName.ers, 0.02))
    let certified = try #require(score(record, "lipsim", ScoreName.certified(ScoreName.ers), 0.02))
    #expect(ers >= certified && certified > 0)
    for component in ScoreName.ersAttacks {
      let found = try #require(
        record.scores.first { $0.subject == "lipsim" && $0.name == ScoreName.ersComponent(component) })
      let proved = try #require(
        record.scores.first {
          $0.subject == "lipsim" && $0.name == ScoreName.certified(ScoreName.ersComponent(component))
        })
      #expect(found.value >= proved.value, "\(component)")
    }
  }

  @Test func certificatesSayWhatTheyRestOn() throws {
    let (record, _) = try run(Self.text())
    let certificates = try #require(record.certificates)
    let own = try #require(certificates.first { $0.subject == "lipsim" && $0.dataset == "pairs" })
    #expect(own.lipschitz == 1)
    #expect(own.curves.map(\.moved) == ["reference", "nearer", "farther", "candidates", "all"])
    for curve in own.curves {
      #expect(zip(curve.points, curve.points.dropFirst()).allSatisfy { $0.radius < $1.radius && $0.value >= $1.value })
    }
    // Rounding to 8 bits has no Lipschitz constant.
    let wrapped = try #require(certificates.first { $0.subject == "jpeg" })
    #expect(wrapped.lipschitz == nil && wrapped.curves.isEmpty)
    #expect(score(record, "jpeg", ScoreName.twoAlternativeNatural) != nil)
    #expect(!certificates.contains { $0.subject == "pixels" && !$0.curves.isEmpty })
  }

  /// Attacks that move all images, and the distance of an image from itself: each between nothing and what is proved.
  @Test func otherQuestionsHaveBoundsToo() throws {
    let (record, _) = try run(Self.text())
    func all(_ name: String) throws -> Double {
      try #require(
        record.scores.first { $0.subject == "lipsim" && $0.name == name && $0.threat?.moved == "all" }
      ).value
    }
    let natural = try #require(score(record, "lipsim", ScoreName.twoAlternativeNatural))
    let attacked = try all(ScoreName.twoAlternativeEmpirical)
    let certified = try all(ScoreName.twoAlternativeCertified)
    #expect(natural >= attacked && attacked >= certified)
    let reference = try #require(score(record, "lipsim", ScoreName.twoAlternativeEmpirical, 0.02))
    #expect(attacked <= reference)
    let name = ScoreName.measure("self-distance", of: "self-distance")
    let found = try #require(record.scores.first { $0.subject == "lipsim" && $0.name == name })
    let proved = try #require(
      record.scores.first { $0.subject == "lipsim" && $0.name == ScoreName.certified(name) })
    #expect(found.value > 0 && found.value <= proved.value && !found.higherIsBetter && found.interval != nil)
    // A distance of pixels sees just the radius.
    let pixels = try #require(record.scores.first { $0.subject == "pixels" && $0.name == name })
    #expect(abs(pixels.value - 0.02) < 1e-4)
  }

  @Test func votesAreKeptApartFromProofs() throws {
    let text = Self.text()
      .replacing(
        "pixels: l2", with: "smoothed: {defense: \"smoothing:sigma=0.2,samples=2\", around: lipsim, test: pairs}"
      )
      .replacing("skip-certified: false", with: "skip-certified: false, votes: 200, alpha: 0.01")
    let (record, _) = try run(text)
    let votes = try #require(record.certificates?.first { $0.votes != nil })
    #expect(votes.subject == "smoothed" && votes.lipschitz == nil && votes.votes?.count == 200)
    #expect(record.certificates?.filter { $0.votes != nil }.count == 1)
    let name = "\(ScoreName.twoAlternativeCertified)@vote"
    let natural = try #require(score(record, "smoothed", "\(ScoreName.twoAlternativeNatural)@vote"))
    let small = try #require(score(record, "smoothed", name, 0.01))
    let large = try #require(score(record, "smoothed", name, 0.1))
    #expect(natural >= small && small >= large && natural > 0)
    let largest = SmoothedVote.largestRadius(votes: 200, sigma: 0.2, alpha: 0.01)
    #expect(votes.curves[0].points.allSatisfy { $0.radius < largest + 1e-6 })
    #expect(score(record, "smoothed", ScoreName.twoAlternativeCertified, 0.01) == nil)
    #expect(score(record, "lipsim", name, 0.01) == nil)
    let (again, _) = try run(text)
    #expect(again == record)
  }

  @Test func certifiedSamplesCanBeLeftAlone() throws {
    let (whole, _) = try run(Self.text())
    let (skipped, rows) = try run(Self.text(skip: true))
    let cells = skipped.cells.filter { $0.subject == "lipsim" && $0.attack?.hasPrefix("pgd") == true }
    let saved = cells.reduce(0) { $0 + ($1.flags["certified"] ?? 0) }
    #expect(saved > 0 && rows.contains(",certified,certified"))
    for cell in cells {
      let other = try #require(whole.cells.first { $0.subject == cell.subject && $0.attack == cell.attack })
      #expect(cell.forwards < other.forwards || cell.flags["certified"] == nil)
      #expect(cell.measures.first?.after == other.measures.first?.after)
    }
  }

  @Test func aRunWithCertificatesGoesOnWhereItWas() throws {
    let text = Self.text(skip: true)
    #expect(try run(text, limits: [3, 7, nil]).record == run(text).record)
  }

  @Test func mistakesOfTheNewKeysAreNamed() throws {
    func mistakes(_ old: String, _ new: String) -> String {
      let text = Self.text().replacingOccurrences(of: old, with: new)
      do {
        _ = try Suite(parsing: text, named: "test", path: "test.yaml", registry: try BuiltIns.registry())
        return "none"
      } catch { return "\(error)" }
    }
    #expect(mistakes("teachers: net", "teachers: nett").contains("did you mean 'net'"))
    #expect(mistakes("around: lipsim", "around: lipsin").contains("did you mean 'lipsim'"))
    #expect(mistakes("ask: false", "ask: nope").contains("expected true or false"))
    #expect(mistakes("radii: [0.01, 0.1]", "radii: [x]").contains("36/255"))
    #expect(mistakes("certify: {radii: [0.01, 0.1], ", "certify: {").contains("'radii'"))
    #expect(mistakes("teachers: net", "").contains("none"))
  }
}
