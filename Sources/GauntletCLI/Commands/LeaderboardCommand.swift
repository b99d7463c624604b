internal import ArgumentParser
internal import Comparisons
internal import Foundation
internal import Reports
internal import Results

struct LeaderboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leaderboard", abstract: "Rank the subjects of several runs where they were asked the same.",
    discussion: """
      A board holds what can be compared: the same data, threat model, attacks with their settings, mode and seed. Subjects \
      are ranked by ranges: those that no test tells apart share theirs. Subjects with a warning, a failed cell or a \
      violation are kept apart. Needs the runs' results.json; with samples.json tests are paired and find more.
      """)

  @Argument(help: ArgumentHelp("The runs' folders.", valueName: "run"))
  var folders: [String]
  @Option(name: .shortAndLong, help: "Write the page to this HTML file.")
  var output: String?
  @Flag(help: "Print JSON instead of a table.")
  var json = false
  @Flag(help: "Print Markdown instead of a table.")
  var markdown = false
  @Option(help: "The level at which two subjects are told apart, after Holm's adjustment over the pairs of a board.")
  var alpha = 0.05

  func validate() throws {
    if folders.isEmpty { throw ValidationError("name at least one run") }
    if json && markdown { throw ValidationError("--json and --markdown exclude each other") }
    if !(0..<1).contains(alpha) || alpha == 0 { throw ValidationError("--alpha lies between 0 and 1, got \(alpha)") }
  }

  func run() throws {
    let names = RunNames.short(folders)
    let runs = try zip(folders, names).map { folder, name in
      let reports = RunReports(folder)
      return Leaderboard.Run(name: name, record: try reports.read(), samples: try reports.samplesIfKept())
    }
    let report = LeaderboardReport(Leaderboard(runs, alpha: alpha))
    if let output { try Output.write(Data(report.page().utf8), to: output) }
    if json {
      Output.text(try report.json())
    } else if markdown {
      Output.text(report.markdown())
    } else {
      Output.text(report.text())
    }
  }
}
