internal import ArgumentParser
internal import Foundation
internal import GauntletKit
internal import Harness
internal import Reports
internal import Results
internal import Tensors

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Plan, run what is missing, score, report.",
    discussion: "What is settled is kept: a run that was killed goes on where it was, and gives the same numbers.")

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
  @Flag(help: "Print the results as JSON instead of a table.")
  var json = false
  @Flag(help: "No progress on stderr.")
  var quiet = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit takes at least 1, got \(limit)") }
    if json, standing != nil { throw ValidationError("give either --json or --standing") }
    if let batch, !(1...4096).contains(batch) { throw ValidationError("--batch takes 1 to 4096, got \(batch)") }
  }

  func run() throws {
    compute.apply()
    Interruption.listen()
    let suite = try suite.load()
    if let standing, !suite.subjects.contains(where: { $0.key == standing }) {
      throw CommandError.usage(
        "--standing \(standing): the suite has no such subject; it has "
          + suite.subjects.map(\.key).joined(separator: ", "))
    }
    let folder = try RunFolder(out ?? "runs/\(suite.name)")
    let progress = Progress(silent: quiet)
    #if DEBUG
      progress.note("gauntlet: this is a debug build, many times slower than a release build")
    #endif
    let plan = try Plan(suite, limit: limit)
    let runner = try Runner(plan, in: folder, batch: batch, progress: progress)
    let started = Date()
    try runner.run()
    let reproduce = "gauntlet run \(self.suite.suite)" + (limit.map { " --limit \($0)" } ?? "")
    let record = try runner.record(version: GauntletCommand.version, reproduce: reproduce, started: started)
    let samples = try runner.samples()
    let reports = try RunReports(folder.path).write(record, samples)
    if json {
      Output.line(String(decoding: try record.encoded(), as: UTF8.self))
    } else if let subject = standing.flatMap(record.subject) {
      Output.text(try Standing(of: subject, in: record, samples).text())
      Output.line("report: \(reports.html)")
    } else {
      Output.line(TerminalReport(record).render())
      Output.line("report: \(reports.html)")
    }
    let failed = record.cells.filter { if case .failed = $0.status { true } else { false } }
    if !failed.isEmpty {
      throw CommandError.invalid("\(failed.count) of \(record.cells.count) cells failed; see \(reports.html)")
    }
  }
}
