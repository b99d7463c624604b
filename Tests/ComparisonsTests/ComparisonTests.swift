import Comparisons
import Foundation
import Reports
import Results
import Statistics
import Tensors
import Testing

struct ComparisonTests {
  /// A run of one dataset with a yes-or-no score, and one of two columns.
  private func run(
    _ subject: String = "a", shift: Double = 0, flips: Int = 0, seed: UInt64 = 1, fingerprint: String = "f",
    samples: Range<Int> = 0..<60, conditions: String = "pgd@1:eps=4/255,steps=20"
  ) -> SampleRecord {
    let places = Array(samples)
    var stream = RandomStream(seed: 9, ["comparison"], [])
    let noise = (0..<200).map { _ in Double(stream.integer(below: 100)) / 100 }
    let correct = places.map { $0 % 3 == 0 || $0 < flips ? 0.0 : 100 }
    let one = places.map { 40 + Double($0 % 7) + shift + noise[$0] }
    let other = places.map { 20 + Double($0 % 5) + shift }
    func score(
      _ name: String, _ columns: [String], _ combination: SampleRecord.Score.Combination = .mean, attacked: Bool
    ) -> SampleRecord.Score {
      SampleRecord.Score(
        name: name, title: name.uppercased(), attack: nil,
        threat: attacked ? RunRecord.Threat(norm: "linf", epsilon: 4 / 255, text: "4/255") : nil, unit: .percent,
        higherIsBetter: true, columns: columns, combination: combination, conditions: attacked ? conditions : "")
    }
    return SampleRecord(
      numerics: "3/x", seed: seed,
      tables: [
        SampleRecord.Table(
          subject: subject, dataset: "d", fingerprint: fingerprint, samples: places,
          names: places.map { "image-\($0)" },
          columns: ["correct": correct, "one": one, "other": other],
          scores: [
            score("recall@1", ["correct"], attacked: false), score("ers", ["one", "other"], attacked: true),
            score("ars", ["one", "other"], .ratio, attacked: true),
          ])
      ])
  }

  private func compare(_ first: SampleRecord, _ second: SampleRecord, replicates: Int = 2000) throws -> Comparison {
    try Comparison(
      Comparison.Side(name: "first", samples: first), Comparison.Side(name: "second", samples: second),
      replicates: replicates)
  }

  @Test func differencesAreThoseOfTheScores() throws {
    let rows = try compare(run(), run(shift: -3, flips: 20)).rows
    #expect(rows.map(\.score.name) == ["recall@1", "ers", "ars"])
    // Samples 1, 2, 4, 5, … below 20 are lost: 13 of 60, none gained.
    let recall = rows[0]
    #expect(recall.test == .mcNemar && recall.changes.count == 13)
    #expect(abs(recall.difference.estimate.value + 100 * 13 / 60) < 1e-9)
    #expect(abs(recall.pValue - pow(2, -12)) < 1e-9)
    #expect(recall.changes[0].name == "image-1" && recall.changes[0].first == 100 && recall.changes[0].second == 0)
    let ers = rows[1]
    #expect(ers.test == .bootstrap && abs(ers.difference.estimate.value + 3) < 1e-9)
    #expect(ers.pValue == 1.0 / 2001 && ers.changes.isEmpty)
    // 100 · mean(other) / mean(one), where both fell by 3.
    #expect(abs(rows[2].second - 100 * (rows[2].first / 100 * ratioBase - 3) / (ratioBase - 3)) < 1e-6)
    #expect(rows.map(\.adjustedPValue) == Holm.adjusted(rows.map(\.pValue)))
  }

  private var ratioBase: Double {
    let column = run().tables[0].columns["one"] ?? []
    return column.reduce(0, +) / Double(column.count)
  }

  @Test func equalRunsHaveNoDifference() throws {
    for row in try compare(run(), run()).rows {
      #expect(row.difference.estimate.value == 0 && row.pValue == 1 && row.adjustedPValue == 1)
      #expect(row.changes.isEmpty)
    }
  }

  @Test(arguments: [
    ("seed", "seeds 1 and 2"), ("data", "fingerprints differ"), ("steps", "steps=20 against steps=40"),
    ("samples", "no sample in common"),
  ])
  func whatDiffersIsNotComparedAndTheErrorSaysInWhat(_ kind: String, _ message: String) throws {
    let other =
      switch kind {
      case "seed": run(seed: 2)
      case "data": run(fingerprint: "g")
      case "steps": run(conditions: "pgd@1:eps=4/255,steps=40")
      default: run(samples: 60..<90)
      }
    let error = #expect(throws: ComparisonError.self) { try compare(run(), other) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(message), "\(text)")
  }

  @Test func samplesOfOneSideAloneAreLeftOutAndCounted() throws {
    let comparison = try compare(run(samples: 0..<50), run(samples: 10..<60))
    #expect(comparison.rows.allSatisfy { $0.n == 40 })
    #expect(comparison.notes.contains { $0.contains("20 samples") })
    #expect(comparison.rows[0].difference.estimate.value == 0)
  }

  @Test func subjectsAreComparedHeadToHead() throws {
    let (one, other) = (run("a"), run("b", shift: 1))
    #expect(throws: ComparisonError.self) { try compare(one, other) }
    func side(_ record: SampleRecord, _ subject: String) -> Comparison.Side {
      Comparison.Side(name: "run:\(subject)", samples: record, subject: subject)
    }
    let comparison = try Comparison(side(one, "a"), side(other, "b"), replicates: 500)
    #expect(comparison.rows.count == 3 && comparison.rows[0].secondSubject == "b")
    let error = #expect(throws: ComparisonError.self) { try Comparison(side(one, "c"), side(other, "b")) }
    #expect(error.map { "\($0)".contains("it has a") } == true)
  }

  @Test func reportsSayWhatIsBetter() throws {
    let comparison = try compare(run(), run(shift: -3, flips: 20))
    let text = ComparisonReport(comparison).text()
    #expect(text.contains("worse") && !text.contains("better") && text.contains("image-1"))
    #expect(text.contains("gained 0; lost 13"))
    let markdown = ComparisonReport(try compare(run(shift: -3), run())).markdown()
    #expect(markdown.contains("| ERS ℓ∞ 4/255 |") && markdown.contains("| better |"))
    #expect(ComparisonReport(try compare(run(), run())).text().contains("no difference found"))
  }

  @Test func aRecordReadsBackAndLiesAreRefused() throws {
    let record = run()
    let data = try record.encoded()
    #expect(try SampleRecord(json: data, file: "samples.json") == record)
    var short = record
    short.tables[0].columns["one"]?.removeLast()
    var missing = record
    missing.tables[0].columns["other"] = nil
    var old = record
    old.schema = "gauntlet-samples/0"
    for lie in [short, missing, old] {
      #expect(throws: ResultsError.self) { try SampleRecord(json: lie.encoded(), file: "samples.json") }
    }
    #expect(throws: ResultsError.self) { try SampleRecord(json: Data("{}".utf8), file: "samples.json") }
  }
}
