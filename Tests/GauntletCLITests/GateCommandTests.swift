import Foundation
import Testing

/// `gate` as a pipeline meets it: its four outcomes, each with its exit code.
@Suite(.serialized) struct GateCommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A defense on drawn pictures, whose number of updates is taken from the environment.
  private static let defended = """
    suite: planted
    seed: 3
    batch: 32
    datasets:
      shapes: {dataset: "shapes:size=32,classes=16,train-per-class=60,test-per-class=12", samples: 96}
    backbones:
      base: {defense: "softmax:epochs=4,batch=64,learning-rate=3e-3", on: shapes, architecture: small-conv, embedding: 64, normalization: none, geometry: N}
    subjects:
      hm: {defense: "hm:steps=${STEPS},batch=64,learning-rate=3e-3,schedule=cosine,triplets=all-active,adversary-steps=2,alpha=4/255", on: shapes, from: base}
    attacks: ["ltm:eps=2/255,steps=4"]
    """

  private static let pixels = """
    suite: pixels
    datasets: {pairs: "triplets:size=32,count=40"}
    subjects: {pixels: l2}
    attacks: ["pgd:eps=4/255,steps=4"]
    """

  private struct Report: Decodable {
    struct Verdict: Decodable {
      let score: String
      let outcome: String
      let gain: Double?
      let p: Double?
    }
    let outcome: String
    let verdicts: [Verdict]
  }

  private func run(_ suite: String, into folder: String, steps: Int = 0, limit: Int? = nil) throws {
    let path = try scratch.write(suite, to: "suite.yaml")
    let outcome = try GauntletProcess.run(
      ["run", path, "--quiet", "--out", scratch.file(folder)] + (limit.map { ["--limit", "\($0)"] } ?? []),
      environment: ["STEPS": "\(steps)"])
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  private func gate(_ folder: String, _ more: String...) throws -> GauntletProcess.Outcome {
    try GauntletProcess.run(
      ["gate", scratch.file(folder), "--baseline", scratch.file("baseline.json")] + more, environment: [:])
  }

  private func report(_ folder: String) throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(try gate(folder, "--format", "json").output.utf8))
  }

  private func edit(_ file: String, _ change: (String) -> String) throws {
    _ = try scratch.write(change(try String(contentsOfFile: scratch.file(file), encoding: .utf8)), to: file)
  }

  @Test func aDefenseOfHalfTheStepsIsCaughtAndARerunPasses() throws {
    try run(Self.defended, into: "whole", steps: 80)
    #expect(try gate("whole", "--accept").status == 0)

    try run(Self.defended, into: "again", steps: 80)
    let again = try gate("again")
    #expect(again.status == 0 && again.output.hasPrefix("pass"), "\(again.output)")

    try run(Self.defended, into: "half", steps: 40)
    let half = try report("half")
    let caught = half.verdicts.filter { $0.outcome == "regression" }
    #expect(half.outcome == "regression")
    #expect(caught.contains { ($0.p ?? 1) < 0.01 && ($0.gain ?? 0) < -2 }, "\(half)")
    for format in ["text", "markdown", "json", "junit", "sarif"] {
      #expect(try gate("half", "--format", format).status == 1)
    }
    // Accepting is an act of its own, and says what it takes.
    let accepted = try gate("half", "--accept")
    #expect(accepted.status == 0 && accepted.output.contains("worse"), "\(accepted.output)")
    #expect(try gate("half").status == 0)
  }

  @Test func twoSamplesAreInconclusive() throws {
    try run(Self.pixels, into: "few", limit: 2)
    #expect(try gate("few", "--accept").status == 0)
    let outcome = try gate("few")
    #expect(outcome.status == 2 && outcome.output.contains("2 samples; the policy asks for 20"))
  }

  @Test func aCorruptedRunIsInvalid() throws {
    try run(Self.pixels, into: "sound")
    #expect(try gate("sound", "--accept").status == 0 && gate("sound").status == 0)
    let (samples, results) = (
      try String(contentsOfFile: scratch.file("sound/samples.json"), encoding: .utf8),
      try String(contentsOfFile: scratch.file("sound/results.json"), encoding: .utf8)
    )
    func corrupted(_ file: String, _ text: String, _ wanted: String) throws {
      _ = try scratch.write(text, to: "sound/\(file)")
      for format in ["text", "json", "junit"] {
        let outcome = try gate("sound", "--format", format)
        #expect(outcome.status == 3 && outcome.output.contains(wanted), "\(outcome)")
      }
      #expect(try gate("sound", "--accept").status != 0)
      _ = try scratch.write(samples, to: "sound/samples.json")
      _ = try scratch.write(results, to: "sound/results.json")
    }
    // Cut short; a value changed; a cell that failed; a law that is broken.
    try corrupted("samples.json", String(samples.dropLast(100)), "samples.json")
    try corrupted(
      "samples.json", samples.replacingOccurrences(of: "100,100", with: "0,0"), "one of the files was changed")
    try corrupted("results.json", String(results.prefix(1000)), "results.json")
    try corrupted(
      "results.json",
      results.replacingOccurrences(of: #""state" : "done""#, with: #""reason" : "no memory", "state" : "failed""#),
      "no memory")
    try corrupted(
      "results.json", results.replacingOccurrences(of: #""violations" : 0"#, with: #""violations" : 1"#), "certified")
    #expect(try gate("sound").status == 0)
  }

  @Test func whatIsNotThereIsMissingAndABrokenBaselineIsBadData() throws {
    try run(Self.pixels, into: "sound")
    let missing = try gate("sound")
    #expect(missing.status == 66 && missing.error.contains("--accept"))
    _ = try scratch.write("{}", to: "baseline.json")
    #expect(try gate("sound").status == 65)
    #expect(try gate("sound", "--accept").status == 65)
    #expect(try gate("nowhere").status == 65)
  }
}
