import Foundation
import Results
import Testing

/// Numbers do not depend on kills, threads or batches: whole processes, compared byte for byte, times aside.
@Suite(.serialized) struct ResumeTests {
  private static let suite = """
    suite: resume
    seed: 11
    batch: 16
    datasets:
      shapes: {dataset: "shapes:size=32,classes=8,train-per-class=20,test-per-class=8", samples: 20}
      pairs: {dataset: "triplets:size=32,count=20"}
    backbones:
      base: {defense: "softmax:epochs=4,batch=32,optimizer=adamw,learning-rate=1e-3", on: shapes, architecture: small-conv, embedding: 32}
    subjects:
      act: {defense: "act:epochs=2,batch=32,learning-rate=1e-4,adversary-steps=2", on: shapes, from: base}
      pixels: l2
    attacks: ["ers:steps=4", "pgd:steps=4,random-start=true"]
    """

  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = try scratch.write(Self.suite, to: "resume.yaml")
  }

  private func results(_ folder: String) throws -> Data {
    try RunRecord(contentsOf: URL(fileURLWithPath: "\(scratch.file(folder))/results.json")).withoutTiming().encoded()
  }

  @discardableResult
  private func run(_ folder: String, _ more: String...) throws -> Data {
    let process = try GauntletProcess.start(["run", path, "--quiet", "--out", scratch.file(folder)] + more)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try results(folder)
  }

  @Test func killsThreadsAndBatchesChangeNothing() throws {
    let reference = try run("reference")
    #expect(try run("single", "--threads", "1") == reference)
    #expect(try run("batches", "--batch", "7") == reference)
    // Killed at several moments, each run going on where the one before was.
    for milliseconds in [150, 400, 900, 1700, 2600] {
      let process = try GauntletProcess.start(["run", path, "--quiet", "--out", scratch.file("killed")])
      usleep(UInt32(milliseconds) * 1000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(try run("killed") == reference)
  }

  @Test func anInterruptedRunSaysSoAndGoesOn() throws {
    let process = try GauntletProcess.start(["run", path, "--quiet", "--out", scratch.file("interrupted")])
    usleep(700_000)
    process.interrupt()
    process.waitUntilExit()
    // A machine that was done by then has nothing to interrupt.
    #expect([75, 0].contains(process.terminationStatus))
    #expect(try run("interrupted") == run("reference"))
  }

  @Test func exportedImagesAreInsideTheThreatModel() throws {
    try run("exported")
    let outcome = try GauntletProcess.run(
      "export", scratch.file("exported"), "--rows", scratch.file("rows.csv"), "--adversarial",
      scratch.file("adversarial"))
    #expect(outcome.status == 0, "\(outcome.error)")
    let rows = try String(contentsOfFile: scratch.file("rows.csv"), encoding: .utf8).split(separator: "\n")
    #expect(rows.count > 400)
    let header = rows[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let column = try #require(header.firstIndex(of: "linf"))
    for row in rows.dropFirst() {
      let fields = row.split(separator: ",", omittingEmptySubsequences: false)
      if let norm = Double(fields[column]) { #expect(norm <= 8.0 / 255 + 1e-12) }
    }
    let arrays = try FileManager.default.contentsOfDirectory(atPath: scratch.file("adversarial"))
    #expect(arrays.count { $0.hasSuffix(".npy") } == 9 + 2)
    #expect(arrays.contains("cells.csv"))
  }
}
