import Comparisons
import Foundation
import Reports
import Results
import Tensors
import Testing

struct GateTests {
  /// Values of `count` samples around 50, moved by `shift` with a spread of about one between samples.
  private func run(shift: Double = 0, count: Int = 60, name: String = "ers", seed: UInt64 = 1) -> SampleRecord {
    var stream = RandomStream(seed: 4, ["gate"], [])
    let values = (0..<count).map { _ in Double(stream.integer(below: 10_000)) / 100 }
    let moved = values.map { value in
      shift == 0 ? value : value + shift + (Double(stream.integer(below: 400)) / 100 - 2)
    }
    return SampleRecord(
      numerics: "3/x", seed: seed,
      tables: [
        SampleRecord.Table(
          subject: "a", dataset: "d", fingerprint: "f", samples: Array(0..<count), names: (0..<count).map { "\($0)" },
          columns: ["v": moved],
          scores: [
            SampleRecord.Score(
              name: name, title: "ERS", attack: nil, threat: nil, unit: .percent, higherIsBetter: true, columns: ["v"],
              combination: .mean, conditions: "c")
          ])
      ])
  }

  private func gate(_ run: SampleRecord, count: Int = 60, faults: [String] = [], margin: Double = 2) -> Gate {
    var policy = Baseline.Policy.standard
    policy.rules = [.init(score: "ers*", margin: margin)]
    return Gate(run, named: "run", against: Baseline(policy: policy, run: self.run(count: count)), faults: faults)
  }

  @Test func anEqualRunPasses() {
    let gate = gate(run())
    #expect(gate.outcome == .pass && gate.verdicts.count == 1 && gate.verdicts[0].reason == "no sample differs")
  }

  @Test func aLossBeyondTheMarginIsARegression() throws {
    let gate = gate(run(shift: -5))
    #expect(gate.outcome == .regression)
    #expect(try #require(gate.verdicts[0].row).adjustedPValue < 0.01)
  }

  @Test func aSmallLossIsExcludedToBeALargeOne() {
    #expect(gate(run(shift: -0.5)).outcome == .pass)
    #expect(gate(run(shift: 5)).outcome == .pass)
    // The same loss where any matters.
    #expect(gate(run(shift: -0.6), margin: 0).outcome == .regression)
    // About as large as the margin: neither.
    #expect(gate(run(shift: -2)).outcome == .inconclusive)
  }

  @Test func tooFewSamplesAreInconclusive() {
    let gate = gate(run(shift: -5, count: 2), count: 2)
    #expect(gate.outcome == .inconclusive && gate.verdicts[0].reason.contains("asks for 20"))
  }

  @Test func whatCannotBeComparedIsInvalid() {
    #expect(gate(run(seed: 2)).outcome == .invalid)
    #expect(gate(run(name: "ars")).outcome == .invalid)
    #expect(gate(run(), faults: ["a on d failed: no memory"]).outcome == .invalid)
    var broken = run(shift: -5)
    broken.tables[0].columns["v"]?[3] = .nan
    #expect(gate(broken).outcome == .invalid)
  }

  @Test func aBaselineKeepsWhatItsRulesNeedAndReadsBack() throws {
    var record = run()
    record.tables[0].columns["unused"] = record.tables[0].columns["v"]
    let baseline = Baseline(policy: .standard, run: record)
    #expect(baseline.samples.tables[0].columns.keys.sorted() == ["v"])
    #expect(try Baseline(json: baseline.encoded(), file: "baseline.json") == baseline)
    var bad = baseline
    bad.policy.alpha = 2
    #expect(throws: ResultsError.self) { try Baseline(json: bad.encoded(), file: "baseline.json") }
    #expect(throws: ResultsError.self) { try Baseline(json: Data("[]".utf8), file: "baseline.json") }
    #expect(Baseline(policy: .init(rules: [.init(score: "map", margin: 1)]), run: record).samples.tables.isEmpty)
  }

  /// One answer of 40 is another one after rounding: 2.5 points, and not known better than to some 12.
  @Test func numericsThatDifferHaveAMarginOfTheirOwn() {
    func run(broken: Int, numerics: String) -> SampleRecord {
      var record = self.run(count: 40, name: "2afc-empirical")
      record.numerics = numerics
      record.tables[0].columns["v"] = (0..<40).map { $0 < 24 - broken ? 100 : 0 }
      return record
    }
    let policy = Baseline.Policy(rules: [.init(score: "2afc-*", margin: 2, marginAcrossNumerics: 20)])
    let baseline = Baseline(policy: policy, run: run(broken: 0, numerics: "3/a"))
    func outcome(_ broken: Int, _ numerics: String) -> Gate.Outcome {
      Gate(run(broken: broken, numerics: numerics), named: "run", against: baseline).outcome
    }
    #expect(outcome(0, "3/a") == .pass && outcome(0, "3/b") == .pass)
    #expect(outcome(1, "3/a") == .inconclusive)
    #expect(outcome(1, "3/b") == .pass && outcome(2, "3/b") == .pass)
    #expect(outcome(12, "3/b") == .regression && outcome(12, "3/a") == .regression)
  }

  @Test func aRuleMaySayWhichWayIsBetter() {
    let policy = Baseline.Policy(rules: [.init(score: "ers", margin: 2, direction: .lowerIsBetter)])
    let baseline = Baseline(policy: policy, run: run())
    #expect(Gate(run(shift: -5), named: "run", against: baseline).outcome == .pass)
    #expect(Gate(run(shift: 5), named: "run", against: baseline).outcome == .regression)
  }

  @Test func theStandardPolicyGatesNoComponents() {
    func isGated(_ name: String) -> Bool {
      Baseline(policy: .standard, run: run(name: name)).samples.tables.count == 1
    }
    #expect(["ers", "ers@search=rank-apgd", "2afc-empirical", "recall@1", "map", "ers-certified"].allSatisfy(isGated))
    #expect(!["ers:ca+", "2afc-undecided", "2afc-certified@published", "recall@2", "map@r"].contains(where: isGated))
  }

  @Test func aBaselineIsReviewedLineByLine() throws {
    let text = String(decoding: try Baseline(policy: .standard, run: run(count: 3)).encoded(), as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(lines.contains(#""names" : ["0", "1", "2"],"#) && lines.contains(#""samples" : [0, 1, 2],"#))
    #expect(lines.contains(#""margin" : 2,"#), "\(text)")
    #expect(
      try Baseline(json: Data(text.utf8), file: "baseline.json") == Baseline(policy: .standard, run: run(count: 3)))
  }

  @Test func everyFormatSaysWhatIsWrong() throws {
    let report = GateReport(gate(run(shift: -5)), baseline: "reports/baseline.json")
    #expect(report.text().contains("regression: ERS, a on d"))
    #expect(report.markdown().contains("| regression | ERS, a on d |"))
    #expect(report.junit().contains(#"failures="1""#) && report.junit().contains("<failure message="))
    let sarif = try #require(try JSONSerialization.jsonObject(with: Data(report.sarif().utf8)) as? [String: Any])
    #expect(sarif["version"] as? String == "2.1.0" && sarif["$schema"] != nil)
    let results = ((sarif["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]]) ?? []
    #expect(results.count == 1 && results[0]["level"] as? String == "error")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    #expect(json["outcome"] as? String == "regression")
  }
}
