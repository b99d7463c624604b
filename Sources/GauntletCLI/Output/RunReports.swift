internal import Foundation
internal import Reports
internal import Results

/// The reports of a run's folder.
struct RunReports {
  let folder: String

  init(_ folder: String) { self.folder = folder }

  private func path(_ name: String) -> String { URL(fileURLWithPath: folder).appendingPathComponent(name).path }

  func read() throws -> RunRecord {
    guard FileManager.default.fileExists(atPath: path("results.json")) else {
      throw CommandError.missing(path: path("results.json"), what: "results; has the run ended?")
    }
    return try RunRecord(contentsOf: URL(fileURLWithPath: path("results.json")))
  }

  func samples() throws -> SampleRecord {
    guard let data = FileManager.default.contents(atPath: path("samples.json")) else {
      throw CommandError.missing(
        path: path("samples.json"), what: "file of samples; is this the folder of a run that has ended?")
    }
    return try SampleRecord(json: data, file: path("samples.json"))
  }

  /// The run's samples; nil where the folder, like one that only keeps a record, has none.
  func samplesIfKept() throws -> SampleRecord? {
    FileManager.default.fileExists(atPath: path("samples.json")) ? try samples() : nil
  }

  func render(_ record: RunRecord, _ samples: SampleRecord?, as format: ReportFormat) throws -> String {
    switch format {
    case .html:
      HTMLReport(record, samples: samples) { try? Data(contentsOf: URL(fileURLWithPath: self.path($0))) }.render()
    case .markdown: MarkdownReport(record).render()
    case .csv: CSVReport(record).scores()
    case .text: TerminalReport(record).render()
    }
  }

  /// Writes results and every report; returns where the page is.
  func write(_ record: RunRecord, _ samples: SampleRecord) throws -> (html: String, results: String) {
    try Output.write(try record.encoded(), to: path("results.json"))
    try Output.write(try samples.encoded(), to: path("samples.json"))
    try Output.write(Data(try render(record, samples, as: .markdown).utf8), to: path("report.md"))
    try Output.write(Data(try render(record, samples, as: .csv).utf8), to: path("scores.csv"))
    try Output.write(Data(CSVReport(record).measures().utf8), to: path("measures.csv"))
    try Output.write(Data(try render(record, samples, as: .html).utf8), to: path("report.html"))
    return (path("report.html"), path("results.json"))
  }
}
