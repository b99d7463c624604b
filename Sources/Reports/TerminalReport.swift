public import Results

/// The headline of a run as plain text, for the end of `gauntlet run`.
public struct TerminalReport {
  private let record: RunRecord
  private let width: Int

  /// - Parameter width: columns of the terminal. Intervals are shown where they fit.
  public init(_ record: RunRecord, width: Int = 100) {
    self.record = record
    self.width = width
  }

  /// The text: one table for each dataset, subjects × scores, then the warnings. Ends with a line feed.
  public func render() -> String {
    let sheet = ScoreSheet(record)
    var lines: [String] = []
    for group in sheet.groups {
      lines.append("\(clean(group.dataset.title)) (\(clean(group.dataset.id)))")
      let full = table(sheet, group, intervals: true).lines(indent: "  ")
      let fits = full.allSatisfy { $0.count <= width }
      lines += fits ? full : table(sheet, group, intervals: false).lines(indent: "  ")
      lines.append("")
    }
    if sheet.groups.isEmpty { lines += ["No scores.", ""] }
    for warning in record.warnings {
      lines.append("\(label(warning.severity)): \(clean(warning.text))")
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  private func table(_ sheet: ScoreSheet, _ group: ScoreSheet.Group, intervals: Bool) -> TextTable {
    let header =
      [""]
      + group.columns.map { $0.threat == nil ? $0.heading : "\($0.heading) \($0.condition)" }
    let rows = record.subjects.compactMap { subject -> [String]? in
      let cells = group.columns.map { column -> String in
        guard let score = sheet.score(subject.id, column) else {
          return sheet.absence(subject.id, dataset: column.dataset).text
        }
        let value = Format.value(score.value, score.unit)
        guard intervals, let interval = Format.interval(score.interval, score.unit) else { return value }
        return "\(value) \(interval)"
      }
      if cells.allSatisfy({ $0 == Format.missing || $0 == "n/a" }) { return nil }
      let mark = sheet.isCollapsed(subject.id, dataset: group.dataset.id) ? " (collapsed)" : ""
      return [clean(subject.title) + mark] + cells
    }
    return TextTable(header: header, rows: rows)
  }

  private func label(_ severity: RunRecord.Warning.Severity) -> String {
    switch severity {
    case .note: "note"
    case .caution: "caution"
    case .invalid: "INVALID"
    }
  }

  /// Without control characters, which could drive the terminal.
  private func clean(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
  }
}
