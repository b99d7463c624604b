public import Comparisons
internal import Foundation
internal import Results

/// What a gate found, for a terminal, a job's summary, a test report or a code host.
public struct GateReport {
  private let gate: Gate
  private let baseline: String

  public init(_ gate: Gate, baseline: String) {
    self.gate = gate
    self.baseline = baseline
  }

  private var summary: String {
    let counts = Gate.Outcome.allCases.compactMap { outcome in
      let count = gate.verdicts.count { $0.outcome == outcome }
      return count > 0 ? "\(count) \(outcome.rawValue)" : nil
    }
    return "\(gate.outcome.rawValue): \(counts.joined(separator: ", "))"
  }

  private func name(_ verdict: Gate.Verdict) -> String {
    let place = [verdict.subject, verdict.dataset].filter { !$0.isEmpty }.joined(separator: " on ")
    return place.isEmpty ? verdict.score : "\(verdict.score), \(place)"
  }

  /// Everything that did not pass, then one line that sums up.
  public func text() -> String {
    var lines = gate.verdicts.filter { $0.outcome != .pass }.map {
      "\($0.outcome.rawValue): \(name($0)): \($0.reason)"
    }
    lines += gate.notes.map { "note: \($0)" }
    return (lines + [summary]).joined(separator: "\n") + "\n"
  }

  public func markdown() -> String {
    func cell(_ text: String) -> String {
      String(text.map { $0.isNewline ? " " : $0 }).replacingOccurrences(of: "|", with: "\\|")
    }
    var lines = ["## \(summary)", "", "| | score | baseline | now | why |", "|---|---|--:|--:|---|"]
    for verdict in gate.verdicts {
      let values =
        verdict.row.map { [$0.first, $0.second].map { Format.fixed($0, 2) } } ?? [Format.missing, Format.missing]
      lines.append(
        "| \(verdict.outcome.rawValue) | \(cell(name(verdict))) | \(values[0]) | \(values[1]) | \(cell(verdict.reason)) |"
      )
    }
    return (lines + [""] + gate.notes.map { "* \(cell($0))" }).joined(separator: "\n") + "\n"
  }

  private struct Document: Encodable {
    struct Line: Encodable {
      let subject: String
      let dataset: String
      let score: String
      let outcome: Gate.Outcome
      let reason: String
      let margin: Double
      let baseline: Double?
      let now: Double?
      let gain: Double?
      let p: Double?
    }
    let outcome: Gate.Outcome
    let notes: [String]
    let verdicts: [Line]
  }

  /// - Throws: nothing that a caller could do something about.
  public func json() throws -> String {
    try VersionedJSON.text(
      Document(
        outcome: gate.outcome, notes: gate.notes,
        verdicts: gate.verdicts.map { verdict in
          Document.Line(
            subject: verdict.subject, dataset: verdict.dataset, score: verdict.score, outcome: verdict.outcome,
            reason: verdict.reason, margin: verdict.margin, baseline: verdict.row?.first, now: verdict.row?.second,
            gain: verdict.row?.gain, p: verdict.row?.adjustedPValue)
        }))
  }

  /// JUnit's XML: a case a score; regressions and invalid ones are failures, inconclusive ones skipped.
  public func junit() -> String {
    func count(_ outcomes: Gate.Outcome...) -> Int { gate.verdicts.count { outcomes.contains($0.outcome) } }
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<testsuite name="gauntlet gate" tests="\#(gate.verdicts.count)" failures="\#(count(.regression))" "#
        + #"errors="\#(count(.invalid))" skipped="\#(count(.inconclusive))">"#,
    ]
    for verdict in gate.verdicts {
      let group = [verdict.dataset, verdict.subject].filter { !$0.isEmpty }.joined(separator: ".")
      let reason = Markup.escaped(verdict.reason)
      let inner =
        switch verdict.outcome {
        case .pass: ""
        case .regression: #"<failure message="\#(reason)"/>"#
        case .invalid: #"<error message="\#(reason)"/>"#
        case .inconclusive: #"<skipped message="\#(reason)"/>"#
        }
      lines.append(
        #"  <testcase classname="\#(Markup.escaped(group.isEmpty ? "run" : group))" name="\#(Markup.escaped(verdict.score))">"#
          + inner + "</testcase>")
    }
    return (lines + ["</testsuite>"]).joined(separator: "\n") + "\n"
  }

  private struct SARIF: Encodable {
    struct Text: Encodable { let text: String }
    struct Rule: Encodable {
      let id: String
      let shortDescription: Text
    }
    struct Driver: Encodable {
      let name = "gauntlet"
      let rules: [Rule]
    }
    struct Tool: Encodable { let driver: Driver }
    struct Artifact: Encodable { let uri: String }
    struct Physical: Encodable { let artifactLocation: Artifact }
    struct Location: Encodable { let physicalLocation: Physical }
    struct Result: Encodable {
      let ruleId: String
      let level: String
      let message: Text
      let locations: [Location]
    }
    struct Run: Encodable {
      let tool: Tool
      let results: [Result]
    }
    let version = "2.1.0"
    let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    let runs: [Run]

    enum CodingKeys: String, CodingKey {
      case version, runs
      case schema = "$schema"
    }
  }

  /// SARIF 2.1.0: a result for everything that did not pass, at the baseline file.
  /// - Throws: nothing that a caller could do something about.
  public func sarif() throws -> String {
    let rules = [
      SARIF.Rule(id: "regression", shortDescription: .init(text: "A score is worse than its baseline")),
      SARIF.Rule(id: "inconclusive", shortDescription: .init(text: "Too little data to tell")),
      SARIF.Rule(id: "invalid", shortDescription: .init(text: "The run cannot be compared with its baseline")),
    ]
    let results = gate.verdicts.filter { $0.outcome != .pass }.map { verdict in
      SARIF.Result(
        ruleId: verdict.outcome.rawValue, level: verdict.outcome == .inconclusive ? "warning" : "error",
        message: .init(text: "\(name(verdict)): \(verdict.reason)"),
        locations: [.init(physicalLocation: .init(artifactLocation: .init(uri: baseline)))])
    }
    return try VersionedJSON.text(SARIF(runs: [.init(tool: .init(driver: .init(rules: rules)), results: results)]))
  }
}
