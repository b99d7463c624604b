internal import ArgumentParser
internal import Comparisons
internal import Foundation
internal import Reports
internal import Results

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Follow scores over runs, and find the runs at which they changed.",
    discussion: """
      Runs are ordered by when they started. Where a score's data, attacks or seed changed, a new line begins. Steps are \
      those of the best fit by constant pieces; each is tested between the two runs that meet there, in pairs where both \
      have samples.json.
      """)

  @Argument(help: ArgumentHelp("The runs' folders, at least two.", valueName: "run"))
  var folders: [String]
  @Option(name: .shortAndLong, help: "Write the page to this HTML file.")
  var output: String?
  @Flag(help: "Print JSON instead of a table.")
  var json = false
  @Flag(help: "Every score, components and resistances too, rather than those of a headline.")
  var all = false
  @Option(help: "The level at which a step is significant, after Holm's adjustment over all steps.")
  var alpha = 0.05

  func validate() throws {
    if folders.count < 2 { throw ValidationError("a history takes at least two runs, got \(folders.count)") }
    if !(0..<1).contains(alpha) || alpha == 0 { throw ValidationError("--alpha lies between 0 and 1, got \(alpha)") }
  }

  func run() throws {
    let names = RunNames.short(folders)
    let runs = try zip(folders, names).map { folder, name in
      let reports = RunReports(folder)
      // The record is let go at once: hundreds of them are larger than what is kept.
      return History.Run(
        name: name, record: try reports.read(), samples: { try reports.samplesIfKept() },
        including: { all || ScoreName.isHeadline($0.name) })
    }
    let report = HistoryReport(try History(runs), alpha: alpha)
    if let output { try Output.write(Data(report.page().utf8), to: output) }
    Output.text(json ? try report.json() : report.text())
  }
}
