import Foundation
import Testing

/// Jobs for Slurm: what is written and submitted, and, where there is a Slurm, that it runs.
struct SlurmTests {
  private static let suite = """
    suite: jobs
    seed: 3
    datasets: {pairs: "triplets:size=28,count=9"}
    subjects: {pixels: l2, ssim: ssim}
    attacks: ["pgd:steps=2"]
    """

  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = try scratch.write(Self.suite, to: "suite.yaml")
  }

  /// Says what it was asked, and answers as sbatch does.
  private func stub(_ answer: String, status: Int = 0) throws -> [String: String] {
    let script = "#!/bin/sh\necho \"$@\" >> \(scratch.path)/asked\n\(answer)\nexit \(status)\n"
    let bin = scratch.file("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    _ = try scratch.write(script, to: "bin/sbatch")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bin)/sbatch")
    return ["PATH": "\(bin):/usr/bin:/bin"]
  }

  private func submit(_ more: [String], _ environment: [String: String]) throws -> GauntletProcess.Outcome {
    try GauntletProcess.run(
      ["submit", "--slurm", path, "--out", scratch.file("run")] + more, environment: environment)
  }

  @Test func scriptsAreShownAndNotSubmitted() throws {
    let outcome = try submit(
      [
        "--shards", "3", "--dry-run", "--time", "2:00:00", "--partition", "long", "--account", "a1", "--memory", "8G",
        "--cpus", "2", "--limit", "7",
      ], ["PATH": "/nowhere"])
    #expect(outcome.status == 0, "\(outcome.error)")
    for words in [
      "--array=1-3\n", "--time=2:00:00\n", "--partition=long\n", "--account=a1\n", "--mem=8G\n", "--cpus-per-task=2\n",
      "--requeue\n", "--signal=B:TERM@60\n", "--limit 7", "scontrol requeue", "merge --out \(scratch.file("run"))",
      "1-of-3 \(scratch.file("run"))/shards/2-of-3",
    ] { #expect(outcome.output.contains(words), "\(words) in \(outcome.output)") }
    #expect(!FileManager.default.fileExists(atPath: scratch.file("run")))
  }

  @Test func scriptsAreScripts() throws {
    let outcome = try submit(["--shards", "2", "--dry-run"], [:])
    let file = try scratch.write(outcome.output, to: "script.sh")
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = ["-n", file]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
  }

  @Test func withoutSlurmItSaysSo() throws {
    let outcome = try submit(["--shards", "2"], ["PATH": "/nowhere"])
    #expect(outcome.status == 66)
    #expect(outcome.error.contains("sbatch") && outcome.error.contains("--dry-run"), "\(outcome.error)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("run")))
  }

  @Test func whatSlurmRefusesIsAnError() throws {
    let outcome = try submit(["--shards", "2"], stub("echo 'sbatch: error: no such partition' >&2", status: 1))
    #expect(outcome.status == 3)
    #expect(outcome.error.contains("no such partition") && outcome.error.contains("refused"), "\(outcome.error)")
  }

  @Test func wordsThatAreNone() throws {
    for arguments in [
      ["--time", "1 2"], ["--time", "1"], ["--time", "0:1:30"], ["--time", "soon"], ["--partition", "a\nb"],
      ["--cpus", "0"], ["--memory", ""],
    ] {
      #expect(try submit(["--shards", "2", "--dry-run"] + arguments, [:]).status == 64, "\(arguments)")
    }
    for time in ["2", "120:00", "0:2:0", "1-0", "1-12:30"] {
      #expect(try submit(["--shards", "2", "--dry-run", "--time", time], [:]).status == 0, "\(time)")
    }
    #expect(try submit(["--shards", "0", "--dry-run"], [:]).status == 64)
    #expect(try GauntletProcess.run("submit", path, "--out", scratch.file("run"), "--shards", "2").status == 64)
    let outcome = try GauntletProcess.run(
      "submit", "--slurm", path, "--out", scratch.file("a b"), "--shards", "2", "--dry-run")
    #expect(outcome.status == 64 && outcome.error.contains("spaces"), "\(outcome.error)")
  }

  /// The array is over what is missing: shards that ended are left out, and a whole run is not submitted.
  @Test func onlyWhatIsMissingIsSubmitted() throws {
    let slurm = try stub("echo 41")
    let first = try submit(["--shards", "2"], slurm)
    #expect(first.status == 0, "\(first.error)")
    #expect(first.output.contains("job 41, tasks 1-2 of 2"))
    let asked = try String(contentsOfFile: scratch.file("asked"), encoding: .utf8).split(separator: "\n")
    #expect(asked.count == 2)
    #expect(asked.last?.contains("--dependency=afterany:41") == true)
    let plan = scratch.file("run/shards/plan.json")
    for shard in 1...2 {
      #expect(try !submit(["--shards", "2", "--dry-run"], slurm).output.contains("nothing is missing"))
      let outcome = try GauntletProcess.run(
        "run", path, "--shard", "\(shard)/2", "--plan", plan, "--out", scratch.file("run/shards/\(shard)-of-2"),
        "--quiet")
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    let last = try submit(["--shards", "2"], slurm)
    #expect(last.status == 0)
    #expect(last.output.contains("nothing is missing") && last.output.contains("gauntlet merge"), "\(last.output)")
    let merge = try GauntletProcess.run(
      "merge", scratch.file("run/shards/1-of-2"), scratch.file("run/shards/2-of-2"), "--out", scratch.file("run"))
    #expect(merge.status == 0, "\(merge.error)")
    #expect(try submit(["--shards", "2", "--limit", "5"], slurm).output.contains("nothing is missing"))
  }

  private static var hasSlurm: Bool {
    ["sbatch", "slurmctld", "slurmd", "munged"].allSatisfy { name in
      ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
      }
    }
  }

  /// The script starts a Slurm of its own; it says itself what it compares.
  @Test(.enabled(if: hasSlurm, "Slurm is not installed (apt-get install slurm-wlm munge)"), .timeLimit(.minutes(10)))
  func aRunThroughARealSlurm() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = root.appendingPathComponent(".ci/slurm")
    process.arguments = [GauntletProcess.executable.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.contains("equal to the run of one process"), "\(text)")
  }
}
