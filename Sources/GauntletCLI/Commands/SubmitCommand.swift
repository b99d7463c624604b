internal import ArgumentParser
internal import Foundation
internal import GauntletKit
internal import Harness

struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit", abstract: "Run a suite as a job array of Slurm.",
    discussion: """
      Shares what is missing in the run's folder among N shards, submits them as a job array and a merge that follows it, \
      and prints the jobs' ids. A task that is interrupted, by its time limit or for another job, is queued again and goes \
      on; submit again after a failure: what is settled is kept. The folder must be reachable from all machines.
      """)

  @OptionGroup var suite: SuiteArgument
  @Flag(help: "Submit to Slurm, the one scheduler that this command knows; for others see Documentation/Clusters.md.")
  var slurm = false
  @Option(help: "The folder of the run.")
  var out: String
  @Option(help: "How many tasks share what is missing.")
  var shards: Int
  @Option(help: "At most so many samples a dataset.")
  var limit: Int?
  @Option(help: "The time limit of a task, as Slurm writes it: 2:00:00. It is queued again when it is over.")
  var time: String?
  @Option(help: "The partition.")
  var partition: String?
  @Option(help: "The account.")
  var account: String?
  @Option(help: "Memory of a task, as Slurm writes it: 8G.")
  var memory: String?
  @Option(help: "Processors of a task.")
  var cpus: Int?
  @Flag(help: "Print the scripts; write and submit nothing.")
  var dryRun = false

  func validate() throws {
    guard slurm else { throw ValidationError("give --slurm: there is no other scheduler yet") }
    if Shard(1, of: shards) == nil { throw ValidationError("--shards takes 1 to \(Shard.limit), got \(shards)") }
    if let limit, limit < 1 { throw ValidationError("--limit takes at least 1, got \(limit)") }
    if let cpus, !(1...1024).contains(cpus) { throw ValidationError("--cpus takes 1 to 1024, got \(cpus)") }
    if let time {
      guard let seconds = SlurmTime.seconds(time), seconds >= 2 * SlurmTime.notice else {
        throw ValidationError(
          "--time takes at least two minutes, as minutes, H:M:S or D-H:M:S (tasks are warned a minute before the end); "
            + "got '\(time)'")
      }
    }
    let words = [("--partition", partition), ("--account", account), ("--memory", memory)]
    for (name, word) in words {
      guard let word else { continue }
      guard !word.isEmpty, word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:,+".contains($0)) })
      else {
        throw ValidationError("\(name) takes a word of letters, digits and - _ . : , +, got '\(word)'")
      }
    }
  }

  func run() throws {
    let sbatch = try dryRun ? nil : Sbatch()
    let suite = try suite.load()
    let plan = try Plan(suite, limit: limit)
    let folder = try absolute(out)
    let identity = PlanIdentity(plan, version: GauntletCommand.version)
    let known = try RunFolder.withShards(folder, of: identity)
    let record = try PlanRecord(plan, shards: shards, settledIn: known)
    if let path = record.busy.first { throw HarnessError.busy(path: path) }
    let open = record.shards.filter { !$0.pieces.isEmpty }
    let job = SlurmJob(
      name: suite.name, executable: try executable(), suite: self.suite.suite,
      directory: try absolute(FileManager.default.currentDirectoryPath), limit: limit, folder: folder, shards: shards,
      open: open.map(\.shard), finished: known.map(\.path).filter { $0 != folder },
      resources: SlurmJob.Resources(
        time: time, partition: partition, account: account, memory: memory, cpus: cpus))
    guard !open.isEmpty else {
      let merge = job.finished.isEmpty ? "" : "; gauntlet merge \(job.finished.joined(separator: " ")) --out \(folder)"
      return Output.line("nothing is missing in \(folder)\(merge)")
    }
    guard let sbatch else { return Output.text("\(job.array)\n\(job.merge)") }
    for name in ["shards", "logs", "models"] { try Output.makeFolder("\(folder)/\(name)") }
    try Output.write(try record.encoded(), to: "\(folder)/\(SlurmJob.plan)")
    try Output.write(Data(job.array.utf8), to: "\(folder)/\(SlurmJob.arrayScript)")
    try Output.write(Data(job.merge.utf8), to: "\(folder)/\(SlurmJob.mergeScript)")
    let array = try sbatch.submit(["\(folder)/\(SlurmJob.arrayScript)"])
    Output.line("shards: job \(array), tasks \(SlurmJob.ranges(job.open)) of \(shards)")
    let merge = try sbatch.submit(["--dependency=afterany:\(array)", "\(folder)/\(SlurmJob.mergeScript)"])
    Output.line("merge: job \(merge), after job \(array); logs in \(folder)/logs")
  }

  private func executable() throws -> String {
    try absolute(URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path)
  }

  /// Slurm reads file names as patterns, and directives by words.
  private func absolute(_ path: String) throws -> String {
    let path = URL(fileURLWithPath: path).standardizedFileURL.path
    guard !path.contains(where: { $0.isWhitespace || "%\\'\"$`".contains($0) }) else {
      throw CommandError.usage("\(path): Slurm takes no path with spaces, quotes, %, $ or backslashes; choose another")
    }
    return path
  }
}
