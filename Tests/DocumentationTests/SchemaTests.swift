import Foundation
import Testing

/// The files that a run leaves, and what `gate` prints, are as Documentation/Schemas says.
struct SchemaTests {
  /// A training, an attack and certificates, in few seconds.
  private static let suite = """
    suite: small
    datasets:
      pairs: {dataset: "triplets:size=32,count=24"}
      more: {dataset: "triplets:size=32,count=100,seed=77", ask: false}
      shapes: {dataset: "shapes:size=32,classes=4,train-per-class=8,test-per-class=4"}
    subjects:
      lipsim: {defense: "lipsim-finetune:steps=4", on: more, architecture: sll-2x16-1x64, embedding: 64, geometry: C, test: pairs}
      none: {defense: "none:steps=2,batch=8", on: shapes, architecture: small-conv, embedding: 16, test: shapes}
      ssim: ssim
    attacks: ["pgd:norm=l2,eps=36/255,steps=4", "es:steps=2"]
    certify: {radii: [36/255]}
    """

  @Test func whatARunLeavesIsAsTheSchemasSay() throws {
    let shell = try Shell()
    defer { shell.close() }
    try Data(Self.suite.utf8).write(to: shell.folder.appendingPathComponent("small.yaml"))
    let outcome = try shell.run(
      """
      gauntlet plan small.yaml --json > plan.json
      gauntlet run small.yaml --quiet
      gauntlet gate runs/small --baseline baseline.json --accept
      gauntlet gate runs/small --baseline baseline.json --format json > gate.json || test $? -eq 2
      """)
    #expect(outcome.status == 0, "\(outcome.error)")
    let files = [
      ("results", "runs/small/results.json"), ("samples", "runs/small/samples.json"), ("baseline", "baseline.json"),
      ("gate", "gate.json"), ("plan", "plan.json"),
    ]
    for (schema, file) in files {
      let mistakes = try JSONSchema(schema).mistakes(in: JSON(contentsOf: shell.folder.appendingPathComponent(file)))
      #expect(mistakes.isEmpty, "\(file): \(mistakes.prefix(5))")
    }
  }

  @Test func committedRecordsAreAsTheSchemaSays() throws {
    let records = Repository.files(below: "reports", ending: "results.json")
    #expect(records.count >= 3)
    for record in records {
      let mistakes = try JSONSchema("results").mistakes(in: JSON(contentsOf: Repository.file(record)))
      #expect(mistakes.isEmpty, "\(record): \(mistakes.prefix(5))")
    }
  }

  /// A schema that lets everything pass would pass the tests above.
  @Test func whatIsWrongIsFound() throws {
    let schema = try JSONSchema("results")
    let record = try JSON(contentsOf: Repository.file("reports/quickstart/results.json"))
    let wrong: [([String], JSON?)] = [
      (["schema"], .text("gauntlet-results/2")), (["suite", "seed"], .number(-1)), (["suite", "seed"], .number(0.5)),
      (["suite", "sha256"], .text("abc")), (["cells", "0", "status"], .object(["state": .text("failed")])),
      (["cells", "0", "task"], .text("sorting")), (["scores", "0", "value"], .text("many")),
      (["scores", "0", "unit"], .text("points")), (["attacks", "0", "threat", "epsilon"], .number(-0.1)),
      (["subjects", "0", "card", "version"], nil), (["warnings"], nil), (["cells"], .object([:])),
      (["timing", "cells"], .object(["a": .flag(true)])),
    ]
    #expect(schema.mistakes(in: record).isEmpty)
    for (path, value) in wrong {
      #expect(!schema.mistakes(in: record.replacing(path, with: value)).isEmpty, "\(path) may be anything")
    }
    // What a reader does not know is allowed; "nan" is a number.
    #expect(schema.mistakes(in: record.replacing(["later"], with: .text("x"))).isEmpty)
    #expect(schema.mistakes(in: record.replacing(["scores", "0", "value"], with: .text("nan"))).isEmpty)
  }
}
