public import Comparisons
internal import Foundation
internal import Results

/// A history as text for a terminal, JSON, or a self-contained page.
public struct HistoryReport: PageParts {
  let history: History
  let alpha: Double

  /// - Parameter alpha: the level of adjusted p-values below which a step is called one.
  public init(_ history: History, alpha: Double = 0.05) {
    self.history = history
    self.alpha = alpha
  }

  // MARK: What a step says

  enum Verdict: String, Encodable {
    case better, worse
    case open = "not significant"
  }

  func verdict(_ step: History.Step) -> Verdict {
    guard step.adjustedPValue <= alpha else { return .open }
    return (step.size > 0) == history.series[step.series].higherIsBetter ? .better : .worse
  }

  /// When a run started, to the minute; its name where it does not say.
  func date(_ run: Int) -> String {
    guard let started = history.runs[run].started else { return history.runs[run].name }
    return String(started.prefix(16)).replacingOccurrences(of: "T", with: " ")
  }

  func subject(_ series: History.Series) -> String { title(of: series.subject, in: series, \.subjects) }
  func dataset(_ series: History.Series) -> String { title(of: series.question.dataset, in: series, \.datasets) }

  private func title(of id: String, in series: History.Series, _ titles: (History.Run) -> [String: String]) -> String {
    series.points.last.flatMap { titles(history.runs[$0.run])[id] } ?? id
  }

  func score(_ series: History.Series) -> String {
    series.title + (series.question.threat.map { ", \(Format.threat($0))" } ?? "")
  }

  func signed(_ value: Double, _ unit: RunRecord.Unit) -> String { (value > 0 ? "+" : "") + Format.value(value, unit) }

  func probability(_ value: Double) -> String {
    value.isNaN ? Format.missing : value < 0.0001 ? "< 0.0001" : Format.fixed(value, 4)
  }

  /// Series of one subject and score that began anew: with other data, attacks or seed.
  func isRenewed(_ series: History.Series) -> Bool {
    history.series.contains { other in
      other.subject == series.subject && other.question.score == series.question.score
        && other.question.dataset == series.question.dataset && other.question.threat == series.question.threat
        && other.question != series.question && (other.points.first?.run ?? 0) < (series.points.first?.run ?? 0)
    }
  }

  // MARK: Text

  public func text() -> String {
    var lines = [summary]
    if !history.steps.isEmpty {
      let header = ["date", "run", "subject", "score", "level", "size", "change [95%]", "p (Holm)", "verdict"]
      let rows = history.steps.map { step -> [String] in
        let series = history.series[step.series]
        return [
          date(step.after), history.runs[step.after].name, subject(series), "\(score(series)) on \(dataset(series))",
          "\(Format.value(step.from, series.unit)) to \(Format.value(step.to, series.unit))",
          signed(step.size, series.unit), change(step, series.unit), probability(step.adjustedPValue),
          verdict(step).rawValue,
        ].map(clean)
      }
      lines += TextTable(header: header, rows: rows).lines(indent: "  ")
    }
    lines += history.notes.map { "note: \(clean($0))" }
    return lines.joined(separator: "\n") + "\n"
  }

  var summary: String {
    let significant = history.steps.count { verdict($0) != .open }
    return "\(Format.counted(history.runs.count, "run")), \(Format.counted(history.series.count, "score", "scores")), "
      + "\(Format.counted(history.steps.count, "step")), \(significant) of them significant."
  }

  func change(_ step: History.Step, _ unit: RunRecord.Unit) -> String {
    let interval =
      step.low.isNaN || step.high.isNaN
      ? "" : " [\(Format.value(step.low, unit)), \(Format.value(step.high, unit))]"
    return signed(step.difference, unit) + interval
  }

  private func clean(_ text: String) -> String { String(text.map { $0.isNewline || $0 == "\u{1B}" ? " " : $0 }) }

  // MARK: JSON

  private struct Document: Encodable {
    struct Run: Encodable {
      let name: String
      let started: String?
      let version: String
      let numerics: String
      let seconds: Double?
      let faults: Int
    }
    struct Series: Encodable {
      struct Point: Encodable {
        let run: Int
        let value: Double
        let interval: RunRecord.Interval?
        let n: Int
      }
      struct Level: Encodable {
        let first: Int
        let last: Int
        let value: Double
      }
      let subject: String
      let dataset: String
      let fingerprint: String
      let score: String
      let attack: String?
      let threat: RunRecord.Threat?
      let conditions: String
      let higherIsBetter: Bool
      let points: [Point]
      let levels: [Level]
    }
    struct Step: Encodable {
      let series: Int
      let before: Int
      let after: Int
      let from: Double
      let to: Double
      let difference: Double
      let low: Double
      let high: Double
      let isPaired: Bool
      let p: Double
      let adjustedP: Double
      let verdict: Verdict
    }
    let schema = "gauntlet-history/1"
    let runs: [Run]
    let series: [Series]
    let steps: [Step]
    let notes: [String]
  }

  /// The history as a program may read it; `schema` is "gauntlet-history/1". Runs are named by their place in `runs`,
  /// series by theirs in `series`; a level lasts from run `first` to run `last`.
  public func json() throws -> String {
    try VersionedJSON.text(
      Document(
        runs: history.runs.map {
          .init(
            name: $0.name, started: $0.started, version: $0.version, numerics: $0.numerics, seconds: $0.seconds,
            faults: $0.faults)
        },
        series: history.series.map { series in
          .init(
            subject: series.subject, dataset: series.question.dataset, fingerprint: series.question.fingerprint,
            score: series.question.score, attack: series.attack, threat: series.question.threat,
            conditions: series.question.conditions, higherIsBetter: series.higherIsBetter,
            points: series.points.map { .init(run: $0.run, value: $0.value, interval: $0.interval, n: $0.n) },
            levels: series.pieces.map { piece in
              .init(
                first: series.points[piece.range.lowerBound].run, last: series.points[piece.range.upperBound - 1].run,
                value: piece.level)
            })
        },
        steps: history.steps.map { step in
          .init(
            series: step.series, before: step.before, after: step.after, from: step.from, to: step.to,
            difference: step.difference, low: step.low, high: step.high, isPaired: step.isPaired, p: step.pValue,
            adjustedP: step.adjustedPValue, verdict: verdict(step))
        }, notes: history.notes))
  }
}
