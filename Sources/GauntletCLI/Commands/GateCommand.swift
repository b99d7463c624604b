internal import ArgumentParser
internal import Comparisons
internal import Foundation
internal import Reports
internal import Results

enum GateFormat: String, ExpressibleByArgument, CaseIterable {
  case text, markdown, json, junit, sarif
}

struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate", abstract: "Fail if a run's scores are worse than a baseline's.",
    discussion: """
      The baseline file holds the samples of an earlier run and a policy: which scores, how large a loss does not matter \
      (margin; marginAcrossNumerics where the instruction set differs), the chance of a false alarm (alpha), and how many \
      samples it takes. Scores are compared sample by sample. Exit: 0 pass, 1 regression, 2 inconclusive, 3 invalid.
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String
  @Option(help: "The baseline file.")
  var baseline: String
  @Flag(help: "Take the run as the new baseline, with the old policy, and print what changes.")
  var accept = false
  @Option(help: "text, markdown, json, junit or sarif.")
  var format: GateFormat = .text

  func run() throws {
    let known = FileManager.default.contents(atPath: baseline)
    if accept { return try accept(try samplesOfSoundRun(), over: known) }
    guard let known else {
      throw CommandError.missing(path: baseline, what: "baseline; --accept makes one of this run")
    }
    let gate = try gate(against: try Baseline(json: known, file: baseline))
    let report = GateReport(gate, baseline: baseline)
    switch format {
    case .text: Output.text(report.text())
    case .markdown: Output.text(report.markdown())
    case .json: Output.text(try report.json())
    case .junit: Output.text(report.junit())
    case .sarif: Output.text(try report.sarif())
    }
    switch gate.outcome {
    case .pass: return
    case .regression: throw ExitCode(ExitStatus.regression.rawValue)
    case .inconclusive: throw ExitCode(ExitStatus.inconclusive.rawValue)
    case .invalid: throw ExitCode(ExitStatus.invalid.rawValue)
    }
  }

  /// A run whose files are broken is invalid, in whatever format was asked for; one that is not there is missing input.
  private func gate(against baseline: Baseline) throws -> Gate {
    let reports = RunReports(folder)
    do {
      let (record, samples) = (try reports.read(), try reports.samples())
      return Gate(samples, named: folder, against: baseline, faults: record.faults(beside: samples))
    } catch let error as ResultsError {
      return Gate(unreadable: "\(error)")
    }
  }

  private func samplesOfSoundRun() throws -> SampleRecord {
    let reports = RunReports(folder)
    let (record, samples) = (try reports.read(), try reports.samples())
    let faults = record.faults(beside: samples)
    guard faults.isEmpty else {
      throw CommandError.invalid("\(folder) cannot be a baseline:\n" + faults.map { "  \($0)" }.joined(separator: "\n"))
    }
    return samples
  }

  private func accept(_ samples: SampleRecord, over known: Data?) throws {
    let old = try known.map { try Baseline(json: $0, file: baseline) }
    let new = Baseline(policy: old?.policy ?? .standard, run: samples)
    if let old {
      do {
        let comparison = try Comparison(
          Comparison.Side(name: baseline, samples: old.samples), Comparison.Side(name: folder, samples: new.samples))
        Output.text(ComparisonReport(comparison, alpha: old.policy.alpha).text())
      } catch let error as ComparisonError {
        // Accepting is how a baseline follows other data or attacks: what differs is said, and taken.
        Output.line("\(error)")
      }
    }
    try Output.write(try new.encoded(), to: baseline)
    Output.line(
      "\(baseline): \(new.samples.tables.reduce(0) { $0 + $1.scores.count }) scores of "
        + "\(new.samples.tables.count) pairs of subject and dataset")
  }
}
