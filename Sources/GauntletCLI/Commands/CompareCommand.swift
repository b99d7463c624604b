internal import ArgumentParser
internal import Comparisons
internal import Foundation
internal import Reports
internal import Results

enum ComparisonFormat: String, ExpressibleByArgument, CaseIterable {
  case text, markdown, json
}

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two runs, or two subjects, sample by sample.",
    discussion: """
      A side is the folder of a run, or one subject of it: runs/mine, runs/mine:ssim. Two runs are compared subject by \
      subject; two subjects head to head. What differs in data, samples' seed or attacks is not compared: the error says in \
      what. Needs only the runs' samples.json, not their data.
      """)

  @Argument(help: ArgumentHelp("The first side; differences are second minus first.", valueName: "run[:subject]"))
  var first: String
  @Argument(help: ArgumentHelp("The second side.", valueName: "run[:subject]"))
  var second: String
  @Flag(help: "Every score, components and resistances too, rather than those of a headline.")
  var all = false
  @Option(help: "The level at which a difference is called one, after Holm's adjustment.")
  var alpha = 0.05
  @Option(help: "Replicates of the bootstrap; no p-value is below 1/(replicates + 1).")
  var replicates = 10_000
  @Option(help: "text, markdown or json.")
  var format: ComparisonFormat = .text

  func validate() throws {
    if !(0..<1).contains(alpha) || alpha == 0 { throw ValidationError("--alpha lies between 0 and 1, got \(alpha)") }
    if !(100...1_000_000).contains(replicates) {
      throw ValidationError("--replicates takes 100 to 1000000, got \(replicates)")
    }
  }

  func run() throws {
    let comparison = try Comparison(
      SidePath(first).side(), SidePath(second).side(), replicates: replicates,
      including: { all || ScoreName.isHeadline($0.name) })
    switch format {
    case .text: Output.text(ComparisonReport(comparison, alpha: alpha).text())
    case .markdown: Output.text(ComparisonReport(comparison, alpha: alpha).markdown())
    case .json: try Output.json(ComparisonDocument(comparison))
    }
  }
}

/// "runs/mine" or "runs/mine:subject".
struct SidePath {
  private let text: String
  private let folder: String
  private let subject: String?

  init(_ text: String) {
    self.text = text
    // A folder whose name has a colon is a folder.
    if !FileManager.default.fileExists(atPath: text), let colon = text.lastIndex(of: ":") {
      folder = String(text[..<colon])
      subject = String(text[text.index(after: colon)...])
    } else {
      folder = text
      subject = nil
    }
  }

  func side() throws -> Comparison.Side {
    Comparison.Side(name: text, samples: try RunReports(folder).samples(), subject: subject)
  }
}

/// A comparison as a program may read it.
private struct ComparisonDocument: Encodable {
  struct Row: Encodable {
    let subjects: [String]
    let dataset: String
    let score: String
    let attack: String?
    let threat: RunRecord.Threat?
    let samples: Int
    let first: Double
    let second: Double
    let difference: Double
    let low: Double
    let high: Double
    let test: Comparison.Test
    let p: Double
    let adjustedP: Double
    let detectable: Double
    let higherIsBetter: Bool
    let changes: [Comparison.Change]
  }

  let first: String
  let second: String
  let notes: [String]
  let rows: [Row]

  init(_ comparison: Comparison) {
    first = comparison.first
    second = comparison.second
    notes = comparison.notes
    rows = comparison.rows.map { row in
      let interval = row.difference.estimate.interval
      return Row(
        subjects: [row.firstSubject, row.secondSubject], dataset: row.dataset, score: row.score.name,
        attack: row.score.attack, threat: row.score.threat, samples: row.n, first: row.first, second: row.second,
        difference: row.difference.estimate.value, low: interval.low, high: interval.high, test: row.test,
        p: row.pValue, adjustedP: row.adjustedPValue, detectable: row.difference.minimumDetectable(),
        higherIsBetter: row.score.higherIsBetter, changes: row.test == .mcNemar ? row.changes : [])
    }
  }
}
