public import Results

/// Tables of a run as CSV (RFC 4180, UTF-8, full precision, empty where there is no value).
public struct CSVReport {
  private let record: RunRecord

  public init(_ record: RunRecord) { self.record = record }

  /// One row for each score.
  public func scores() -> String {
    var rows = [
      [
        "subject", "dataset", "attack", "norm", "epsilon", "score", "value", "low", "high", "level", "method", "n",
        "unit", "higher_is_better",
      ]
    ]
    for score in record.scores {
      rows.append(
        [score.subject, score.dataset, score.attack ?? ""] + threat(score.threat) + [score.name, number(score.value)]
          + interval(score.interval) + [
            score.interval.map { number($0.level) } ?? "", score.interval?.method ?? "", String(score.n),
            score.unit.rawValue, String(score.higherIsBetter),
          ])
    }
    return text(rows)
  }

  /// One row for each measure of each cell; a cell that was not done has one row with its reason.
  public func measures() -> String {
    var rows = [
      [
        "cell", "subject", "dataset", "attack", "norm", "epsilon", "task", "state", "reason", "samples", "measure",
        "before", "before_low", "before_high", "after", "after_low", "after_high", "unit", "forwards", "backwards",
        "violations",
      ]
    ]
    for cell in record.cells {
      let head =
        [cell.id, cell.subject, cell.dataset, cell.attack ?? ""]
        + threat(cell.attack.flatMap { record.attack($0)?.threat })
        + [cell.task.rawValue, state(cell.status), cell.status.reason ?? "", String(cell.samples)]
      let tail = [String(cell.forwards), String(cell.backwards), String(cell.violations)]
      for measure in cell.measures {
        rows.append(
          head + [measure.name, number(measure.before)] + interval(measure.beforeInterval)
            + [measure.after.map(number) ?? ""] + interval(measure.afterInterval) + [measure.unit.rawValue] + tail)
      }
      if cell.measures.isEmpty { rows.append(head + [String](repeating: "", count: 8) + tail) }
    }
    return text(rows)
  }

  private func threat(_ threat: RunRecord.Threat?) -> [String] {
    [threat?.norm ?? "", threat.map { number($0.epsilon) } ?? ""]
  }

  private func interval(_ interval: RunRecord.Interval?) -> [String] {
    [interval.map { number($0.low) } ?? "", interval.map { number($0.high) } ?? ""]
  }

  private func number(_ value: Double) -> String { value.isNaN ? "" : "\(value)" }

  private func state(_ status: RunRecord.Status) -> String {
    switch status {
    case .done: "done"
    case .failed: "failed"
    case .skipped: "skipped"
    }
  }

  private func text(_ rows: [[String]]) -> String {
    rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  private func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
