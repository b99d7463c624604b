public import Comparisons
internal import Foundation
internal import Results

/// A comparison as text for a terminal, or as Markdown.
public struct ComparisonReport {
  private let comparison: Comparison
  private let alpha: Double
  /// Samples that are named for each score.
  private static let mostChanges = 5

  /// - Parameter alpha: the level of adjusted p-values below which a difference is called one.
  public init(_ comparison: Comparison, alpha: Double = 0.05) {
    self.comparison = comparison
    self.alpha = alpha
  }

  public func text() -> String {
    var lines: [String] = []
    for group in groups {
      lines.append(group.title)
      lines += TextTable(header: header, rows: group.rows.map(cells)).lines(indent: "  ")
      lines.append("")
    }
    lines += legend
    for row in comparison.rows where !row.changes.isEmpty && row.test == .mcNemar { lines.append(changes(row)) }
    lines += comparison.notes.map { "note: \(clean($0))" }
    return lines.joined(separator: "\n") + "\n"
  }

  public func markdown() -> String {
    var blocks = ["# \(escaped(comparison.first)) and \(escaped(comparison.second))"]
    for group in groups {
      blocks.append("## \(escaped(group.title))")
      let lines =
        [header, header.map { _ in "---" }] + group.rows.map { cells($0).map(escaped) }
      blocks.append(lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n"))
    }
    blocks.append(legend.map(escaped).joined(separator: " "))
    if !comparison.notes.isEmpty { blocks.append(comparison.notes.map { "* \(escaped($0))" }.joined(separator: "\n")) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private var groups: [(title: String, rows: [Comparison.Row])] {
    var groups: [(title: String, rows: [Comparison.Row])] = []
    for row in comparison.rows {
      let subjects =
        row.firstSubject == row.secondSubject ? row.firstSubject : "\(row.firstSubject) → \(row.secondSubject)"
      let title = "\(subjects) on \(row.dataset), \(Format.counted(row.n, "sample"))"
      if groups.last?.title != title { groups.append((title, [])) }
      groups[groups.count - 1].rows.append(row)
    }
    return groups
  }

  private let header = ["score", "first", "second", "difference", "95% interval", "p", "p (Holm)", "", "detectable"]

  private func cells(_ row: Comparison.Row) -> [String] {
    let unit = row.score.unit
    let interval = row.difference.estimate.interval
    let condition = row.score.threat.map { " \(Format.threat($0))" } ?? ""
    // Columns of one attack are told apart by it: two searches may give one component.
    let attack = row.score.attack.map { $0.contains("#") || $0.contains(" from ") ? " (\($0))" : "" } ?? ""
    let difference = row.difference.estimate.value
    return [
      row.score.title + condition + attack, Format.value(row.first, unit), Format.value(row.second, unit),
      (difference > 0 ? "+" : "") + Format.value(difference, unit),
      interval.isDefined
        ? "[\(Format.value(interval.low, unit)), \(Format.value(interval.high, unit))]" : Format.missing,
      probability(row.pValue), probability(row.adjustedPValue), verdict(row),
      Format.value(row.difference.minimumDetectable(alpha: alpha), unit),
    ]
  }

  private func verdict(_ row: Comparison.Row) -> String {
    if row.adjustedPValue.isNaN { return "cannot tell" }
    guard row.adjustedPValue <= alpha else { return "no difference found" }
    return row.gain > 0 ? "better" : "worse"
  }

  private func probability(_ value: Double) -> String {
    if value.isNaN { return Format.missing }
    return value < 0.0001 ? "< 0.0001" : Format.fixed(value, 4)
  }

  private var legend: [String] {
    [
      "Paired by sample: McNemar's exact test for yes-or-no scores, else the paired bootstrap (BCa).",
      "A difference has p (Holm, over all \(Format.counted(comparison.rows.count, "row"))) ≤ \(Format.plain(alpha)); "
        + "\"detectable\" is the smallest true difference found with a power of 80%.",
    ]
  }

  private func changes(_ row: Comparison.Row) -> String {
    func names(_ changes: [Comparison.Change]) -> String {
      let shown = changes.prefix(Self.mostChanges).map { clean($0.name) }.joined(separator: ", ")
      let rest = changes.count - Self.mostChanges
      return "\(changes.count)\(changes.isEmpty ? "" : " (\(shown)\(rest > 0 ? ", and \(rest) more" : ""))")"
    }
    let gained = row.changes.filter { ($0.second > $0.first) == row.score.higherIsBetter }
    let lost = row.changes.filter { ($0.second > $0.first) != row.score.higherIsBetter }
    return "\(clean(row.score.title)) on \(clean(row.dataset)): gained \(names(gained)); lost \(names(lost))"
  }

  private func clean(_ text: String) -> String { String(text.map { $0.isNewline || $0 == "\u{1B}" ? " " : $0 }) }
  private func escaped(_ text: String) -> String { clean(text).replacingOccurrences(of: "|", with: "\\|") }
}
