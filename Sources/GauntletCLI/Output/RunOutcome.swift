internal import Reports
internal import Results

/// What a run that is over leaves: results and reports in its folder, the table on stdout.
struct RunOutcome {
  let record: RunRecord
  let samples: SampleRecord
  let folder: String

  /// - Parameter standing: the subject that is shown beside the others in place of the table.
  /// - Throws: `CommandError.invalid` after everything is written, if a cell failed.
  func report(asJSON isJSON: Bool, standing: String? = nil) throws {
    let reports = try RunReports(folder).write(record, samples)
    if isJSON {
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
