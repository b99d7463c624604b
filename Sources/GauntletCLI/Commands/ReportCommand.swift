internal import ArgumentParser
internal import Foundation
internal import Reports
internal import Results

enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case html, markdown, csv, text
}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Render the results of a run again.",
    discussion: """
      Needs results.json. The page also shows two subjects head to head and distributions of distances where samples.json is \
      there, and pictures of the worst samples where the folder has them.
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String
  @Option(help: "html, markdown, csv or text.")
  var format: ReportFormat = .html
  @Option(name: .shortAndLong, help: "Where to write it; stdout if left out.")
  var output: String?

  func run() throws {
    let reports = RunReports(folder)
    let text = try reports.render(try reports.read(), try reports.samplesIfKept(), as: format)
    if let output { try Output.write(Data(text.utf8), to: output) } else { Output.line(text) }
  }
}
