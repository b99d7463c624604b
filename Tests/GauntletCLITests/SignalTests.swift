import Foundation
import Testing

/// What is settled is kept, and the process says by its status that it was interrupted.
struct SignalTests {
  /// Hours of work in one batch.
  private static let suite = """
    datasets: {pairs: "triplets:size=64,count=64"}
    subjects: {ssim: ssim}
    attacks: ["pgd:steps=100000"]
    """
  /// Hours of one training.
  private static let training = """
    datasets: {shapes: "shapes:size=32,classes=8,train-per-class=20,test-per-class=8"}
    subjects: {net: {defense: "softmax:epochs=100000,batch=32", on: shapes, architecture: small-conv, embedding: 32}}
    """

  private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// A process that does not hear is ended, so that the test ends too.
  private func wait(_ process: Process) {
    for _ in 0..<600 where process.isRunning { usleep(100_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Waits for a sign that the process is at work, then sends it signals.
  private func status(_ text: String, sign: String, _ signals: [Int32], _ more: String...) throws -> Int32 {
    let scratch = try Scratch()
    let suite = try scratch.write(text, to: "suite.yaml")
    let process = try GauntletProcess.start(["run", suite, "--quiet", "--out", scratch.file("run")] + more)
    for _ in 0..<600 where !isThere(scratch.file("run/\(sign)")) { usleep(100_000) }
    usleep(300_000)
    for signal in signals { kill(process.processIdentifier, signal) }
    wait(process)
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  @Test(arguments: [[SIGTERM], [SIGINT], [SIGTERM, SIGTERM]])
  func aBatchUnderWayIsGivenUp(signals: [Int32]) throws {
    #expect(try status(Self.suite, sign: "suite.resolved.yaml", signals) == 75)
  }

  @Test func aTrainingLeavesACheckpoint() throws {
    let scratch = try Scratch()
    let suite = try scratch.write(Self.training, to: "suite.yaml")
    let process = try GauntletProcess.start(["run", suite, "--quiet", "--out", scratch.file("run")])
    for _ in 0..<600 where !isThere(scratch.file("run/suite.resolved.yaml")) { usleep(100_000) }
    usleep(1_000_000)
    process.terminate()
    wait(process)
    #expect(process.terminationStatus == 75)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("run/checkpoints")).count == 1)
  }

  @Test func aShardSaysSoToo() throws {
    #expect(try status(Self.suite, sign: "shard.json", [SIGTERM], "--shard", "1/2") == 75)
  }

  @Test func helpNamesTheStatus() throws {
    let help = try GauntletProcess.run("--help")
    #expect(help.output.contains("75"))
    #expect(help.output.contains("interrupted"))
  }
}
