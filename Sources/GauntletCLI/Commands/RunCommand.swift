internal import ArgumentParser
internal import Foundation
internal import GauntletKit
internal import Harness

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Plan, run what is missing, score, report.",
    discussion: """
      What is settled is kept: a run that was killed goes on where it was, and gives the same numbers. SIGINT and SIGTERM \
      end it with status 75 after what is settled is on the disk.

      --shard 2/3 does the second of three parts, here or on another machine, without knowing of the others; gauntlet merge \
      makes one run of them, byte for byte that of a single process.
      """)

  @OptionGroup var suite: SuiteArgument
  @OptionGroup var compute: ComputeOptions
  @Option(help: "The folder of the run. Default: runs/ and the suite's name.")
  var out: String?
  @Option(help: "At most so many samples a dataset.")
  var limit: Int?
  @Option(help: "Samples handed to an attack at once; decides memory and speed, and no number.")
  var batch: Int?
  @Option(
    help: ArgumentHelp(
      "Print where this subject stands: its scores and costs beside the others', and the differences, paired by sample.",
      valueName: "subject"))
  var standing: String?
  @Option(
    help: ArgumentHelp(
      "Do one of N parts, I from 1 to N. Default folder: that of the run with -I-of-N.", valueName: "I/N"),
    transform: { text in
      guard let shard = Shard(text) else {
        throw ValidationError("--shard takes I/N with I from 1 to N, N at most \(Shard.limit); got '\(text)'")
      }
      return shard
    })
  var shard: Shard?
  @Option(help: "How the parts are cut: a file that gauntlet plan --json printed. Default: the whole suite, evenly.")
  var plan: String?
  @Option(help: "A folder of trained models that several runs or shards use together: each is trained once.")
  var models: String?
  @Flag(help: "Print the results as JSON instead of a table.")
  var json = false
  @Flag(help: "No progress on stderr.")
  var quiet = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit takes at least 1, got \(limit)") }
    if json, standing != nil { throw ValidationError("give either --json or --standing") }
    if let batch, !(1...4096).contains(batch) { throw ValidationError("--batch takes 1 to 4096, got \(batch)") }
    if standing != nil, shard != nil {
      throw ValidationError("a shard has no standing: give --standing to a whole run, or compare after the merge")
    }
    if plan != nil && shard == nil { throw ValidationError("--plan goes with --shard I/N") }
  }

  private var reproduce: String { "gauntlet run \(suite.suite)" + (limit.map { " --limit \($0)" } ?? "") }

  func run() throws {
    compute.apply()
    Interruption.listen()
    let suite = try suite.load()
    if let standing, !suite.subjects.contains(where: { $0.key == standing }) {
      throw CommandError.usage(
        "--standing \(standing): the suite has no such subject; it has "
          + suite.subjects.map(\.key).joined(separator: ", "))
    }
    let name = suite.name + (shard.map { "-\($0.folderName)" } ?? "")
    let folder = try RunFolder(out ?? "runs/\(name)", models: models)
    let progress = Progress(silent: quiet)
    #if DEBUG
      progress.note("gauntlet: this is a debug build, many times slower than a release build")
    #endif
    let plan = try Plan(suite, limit: limit)
    if let shard { return try run(shard, of: plan, in: folder, progress) }
    let runner = try Runner(plan, in: folder, batch: batch, progress: progress)
    let started = Date()
    try runner.run()
    let record = try runner.record(version: GauntletCommand.version, reproduce: reproduce, started: started)
    try RunOutcome(record: record, samples: try runner.samples(), folder: folder.path)
      .report(asJSON: json, standing: standing)
  }

  private func run(_ shard: Shard, of whole: Plan, in folder: RunFolder, _ progress: Harness.Progress) throws {
    let started = Date()
    let part =
      try plan.map { try PlanRecord(contentsOf: $0).part(shard, of: whole, path: $0) } ?? whole.part(shard)
    let record = ShardRecord(
      shard, identity: PlanIdentity(whole, version: GauntletCommand.version), limit: limit, reproduce: reproduce)
    var run = try ShardRun(part, record: record, in: folder, batch: batch, progress: progress)
    try run.run(started: started)
    let done = try run.progress()
    if json {
      try Output.json(run.record)
    } else {
      Output.line(
        "shard \(shard): \(done.settled) of \(done.wanted) samples of \(done.cells) cells settled in \(folder.path)")
    }
    let failures = run.record.failures.values.sorted()
    if let first = failures.first {
      throw CommandError.invalid(
        "\(failures.count) cells of shard \(shard) failed: \(first)" + (failures.count > 1 ? ", …" : ""))
    }
  }
}
