import Foundation
import Results
import Testing

/// Shards on processes of their own, killed and resumed, merged: the run of one process, byte for byte.
@Suite(.serialized) struct ShardTests {
  /// Trainings, certificates, a wrapper, and a metric that nothing is trained for.
  static let suite = """
    suite: shards
    seed: 11
    batch: 16
    datasets:
      shapes: {dataset: "shapes:size=32,classes=8,train-per-class=20,test-per-class=8", samples: 20}
      pairs: {dataset: "triplets:size=32,count=20"}
    backbones:
      base: {defense: "softmax:epochs=4,batch=32,optimizer=adamw,learning-rate=1e-3", on: shapes, architecture: small-conv, embedding: 32}
    subjects:
      act: {defense: "act:epochs=2,batch=32,learning-rate=1e-4,adversary-steps=2", on: shapes, from: base}
      lipsim: {defense: "lipsim:steps=6,batch=16,views=clean,scale=10", on: pairs, architecture: sll-2x16-1x32, embedding: 32, geometry: C, teachers: base, test: pairs}
      jpeg: {defense: "jpeg:quality=50", around: act, test: pairs}
      pixels: l2
    attacks: ["ers:steps=4", "pgd:norm=l2,eps=0.5,steps=4,random-start=true"]
    certify: {radii: [36/255], skip-certified: true}
    """

  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = try scratch.write(Self.suite, to: "shards.yaml")
  }

  private func shard(_ number: Int, _ more: String...) -> [String] {
    ["run", path, "--shard", "\(number)/3", "--out", scratch.file("\(number)")] + more
  }

  private func wait(_ processes: [Process]) {
    for process in processes {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  private func gauntlet(_ arguments: String...) throws -> GauntletProcess.Outcome {
    try GauntletProcess.run(arguments, environment: [:])
  }

  private func expect(_ outcome: GauntletProcess.Outcome, _ status: Int32, _ words: String...) {
    #expect(outcome.status == status, "\(outcome.error)")
    for word in words { #expect(outcome.error.contains(word), "\(outcome.error)") }
    #expect(outcome.output.isEmpty, "\(outcome.output)")
  }

  @Test func threeShardsOneOfThemKilledComeToTheWholeRun() throws {
    let reference = try gauntlet("run", path, "--quiet", "--out", scratch.file("reference"))
    #expect(reference.status == 0, "\(reference.error)")
    let others = try [1, 3].map { try GauntletProcess.start(shard($0, "--quiet")) }
    // Killed at several moments, each process going on where the one before was.
    for milliseconds in [200, 600, 1500] {
      let process = try GauntletProcess.start(shard(2, "--quiet"))
      usleep(UInt32(milliseconds) * 1000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    wait(others + [try GauntletProcess.start(shard(2, "--quiet", "--threads", "1", "--batch", "5"))])
    // In any order.
    let merge = try gauntlet(
      "merge", scratch.file("3"), scratch.file("1"), scratch.file("2"), "--out", scratch.file("m"))
    #expect(merge.status == 0, "\(merge.error)")
    #expect(merge.output.split(separator: "\n").count > 10)
    let (whole, merged) = (RunComparison(folder: scratch.file("reference")), RunComparison(folder: scratch.file("m")))
    try merged.expectEqual(to: whole)
    // Nothing is left to do in the folder, and doing it changes nothing.
    #expect(try gauntlet("run", path, "--quiet", "--out", scratch.file("m")).status == 0)
    try merged.expectEqual(to: whole)
  }

  @Test func shardsThatShareModelsTrainEachOnce() throws {
    let models = scratch.file("models")
    let processes = try (1...3).map { number in
      try GauntletProcess.start(shard(number, "--models", models), error: scratch.file("\(number).log"))
    }
    wait(processes)
    let said = try (1...3).map { try String(contentsOfFile: scratch.file("\($0).log"), encoding: .utf8) }
    for model in ["base", "act", "lipsim"] {
      let ended = said.flatMap { $0.split(separator: "\n") }.count {
        $0.hasPrefix("train \(model): ") && $0.contains(" steps, ")
      }
      #expect(ended == 1, "\(model): \(said)")
    }
    let own = try FileManager.default.contentsOfDirectory(atPath: scratch.file("1/models"))
    #expect(own.isEmpty)
    let shards = (1...3).map { scratch.file("\($0)") }
    let unaware = try GauntletProcess.run(["merge"] + shards + ["--out", scratch.file("m")], environment: [:])
    expect(unaware, 66, "the model act", "--models")
    let merge = try GauntletProcess.run(
      ["merge"] + shards + ["--out", scratch.file("m"), "--models", models], environment: [:])
    #expect(merge.status == 0, "\(merge.error)")
    #expect(try gauntlet("run", path, "--quiet", "--out", scratch.file("reference")).status == 0)
    try RunComparison(folder: scratch.file("m")).expectEqual(to: RunComparison(folder: scratch.file("reference")))
  }

  /// A plan for what is missing, dealt out to shards, closes the gap.
  @Test func anIncompleteMergeIsARunThatGoesOn() throws {
    wait([try GauntletProcess.start(shard(1, "--quiet")), try GauntletProcess.start(shard(3, "--quiet"))])
    let (first, third) = (scratch.file("1"), scratch.file("3"))
    expect(
      try gauntlet("merge", first, third, "--out", scratch.file("m")), 66, "shard 2/3 was not given", "act × shapes",
      "samples", "--incomplete")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("m/ledger.sqlite")))
    let partial = try gauntlet("merge", first, third, "--out", scratch.file("m"), "--incomplete")
    #expect(partial.status == 0, "\(partial.error)")
    #expect(partial.output.contains("missing: shard 2/3 was not given"))
    #expect(partial.output.contains("gauntlet run \(path) --out \(scratch.file("m"))"))
    #expect(!FileManager.default.fileExists(atPath: scratch.file("m/results.json")))
    // Dealt out anew, to two.
    let plan = try gauntlet("plan", path, "--out", scratch.file("m"), "--shards", "2", "--json")
    #expect(plan.status == 0, "\(plan.error)")
    let file = try scratch.write(plan.output, to: "plan.json")
    let parts = (1...2).map { scratch.file("part-\($0)") }
    wait(
      try (1...2).map {
        try GauntletProcess.start([
          "run", path, "--shard", "\($0)/2", "--plan", file, "--out", parts[$0 - 1], "--quiet",
        ])
      })
    let merge = try gauntlet("merge", parts[0], parts[1], "--out", scratch.file("m"))
    #expect(merge.status == 0, "\(merge.error)")
    #expect(try gauntlet("run", path, "--quiet", "--out", scratch.file("reference")).status == 0)
    try RunComparison(folder: scratch.file("m")).expectEqual(to: RunComparison(folder: scratch.file("reference")))
  }

  @Test func aCellThatFailsIsAFailedCellOfTheMergedRun() throws {
    let broken = """
      suite: failing
      seed: 2
      datasets: {pairs: "triplets:size=32,count=12"}
      subjects:
        pixels: l2
        act: {defense: "act:epochs=1,batch=32", on: pairs, architecture: small-conv, embedding: 32}
        jpeg: {defense: "jpeg:quality=50", around: act}
      attacks: ["pgd:norm=l2,eps=0.5,steps=2"]
      certify: {radii: [0.1]}
      """
    _ = try scratch.write(broken, to: "shards.yaml")
    #expect(try gauntlet("run", path, "--quiet", "--out", scratch.file("reference")).status == 3)
    for number in 1...3 {
      let outcome = try GauntletProcess.run(shard(number), environment: [:])
      #expect(outcome.status == 3)
      #expect(outcome.error.contains("trains on labelled images"), "\(outcome.error)")
    }
    let merge = try gauntlet(
      "merge", scratch.file("1"), scratch.file("2"), scratch.file("3"), "--out", scratch.file("m"))
    #expect(merge.status == 3)
    #expect(merge.error.contains("cells failed"), "\(merge.error)")
    try RunComparison(folder: scratch.file("m")).expectEqual(to: RunComparison(folder: scratch.file("reference")))
  }

  /// A suite that grows asks shards for what is new, and for nothing else.
  @Test func onlyWhatIsNewIsDealtOut() throws {
    let small = """
      suite: growing
      datasets: {pairs: "triplets:size=32,count=12"}
      subjects:
        pixels: l2
        net: "lipsim:weights=random,size=tiny,embedding=64,resolution=32"
      attacks: ["pgd:norm=l2,eps=0.5,steps=2"]
      """
    _ = try scratch.write(small, to: "shards.yaml")
    #expect(try gauntlet("run", path, "--quiet", "--out", scratch.file("m")).status == 0)
    _ = try scratch.write(small + "\n" + "certify: {radii: [0.1]}\n", to: "shards.yaml")
    let plan = try gauntlet("plan", path, "--out", scratch.file("m"), "--shards", "3", "--json")
    let file = try scratch.write(plan.output, to: "plan.json")
    for number in 1...3 {
      #expect(try GauntletProcess.run(shard(number, "--plan", file), environment: [:]).status == 0)
      let rows = try gauntlet("export", scratch.file("\(number)"), "--rows", scratch.file("rows.csv"))
      #expect(rows.status == 0, "\(rows.error)")
      #expect(try String(contentsOfFile: scratch.file("rows.csv"), encoding: .utf8).split(separator: "\n").count == 1)
    }
    let merge = try gauntlet(
      "merge", scratch.file("1"), scratch.file("2"), scratch.file("3"), "--out", scratch.file("m"))
    #expect(merge.status == 0, "\(merge.error)")
    #expect(try gauntlet("run", path, "--quiet", "--out", scratch.file("reference")).status == 0)
    try RunComparison(folder: scratch.file("m")).expectEqual(to: RunComparison(folder: scratch.file("reference")))
  }
}
