internal import Comparisons
internal import Foundation
internal import Results

/// Where one subject of a run stands: its scores and costs beside those of the others, and the differences to each of them,
/// paired by sample.
struct Standing {
  private let record: RunRecord
  private let samples: SampleRecord
  private let subject: RunRecord.Subject
  private static let level = 0.05

  init(of subject: RunRecord.Subject, in record: RunRecord, _ samples: SampleRecord) {
    self.record = record
    self.samples = samples
    self.subject = subject
  }

  /// - Throws: `ComparisonError` where two subjects of one run cannot be compared.
  func text() throws -> String {
    var lines: [String] = []
    for dataset in record.datasets where record.scores.contains(where: isAbout(dataset)) {
      lines += ["\(dataset.title) (\(dataset.id)); in brackets, the 95% interval"] + scores(on: dataset).lines() + [""]
    }
    lines += ["Cost"] + costs().lines() + [""]
    lines += try comparisons()
    lines += record.warnings.filter { $0.subject == nil || $0.subject == subject.id }.map {
      "\($0.severity): \($0.text)"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func isAbout(_ dataset: RunRecord.Dataset) -> (RunRecord.Score) -> Bool {
    {
      $0.subject == subject.id && $0.dataset == dataset.id
        && isShown($0.name, of: $0.attack, at: $0.threat, on: dataset.id)
    }
  }

  /// Headline scores; what is proved at the threat model of an attack only where the suite names no such radius itself.
  private func isShown(_ name: String, of attack: String?, at threat: RunRecord.Threat?, on dataset: String) -> Bool {
    guard ScoreName.isHeadline(name) else { return false }
    guard name == ScoreName.twoAlternativeCertified, attack != nil else { return true }
    return !record.scores.contains {
      $0.name == name && $0.dataset == dataset && $0.attack == nil && $0.threat?.norm == threat?.norm
        && $0.threat?.epsilon == threat?.epsilon
    }
  }

  /// The subject first, then the others in the order of the suite.
  private var subjects: [RunRecord.Subject] { [subject] + record.subjects.filter { $0.id != subject.id } }

  // MARK: Scores

  private func scores(on dataset: RunRecord.Dataset) -> AlignedTable {
    let columns = record.scores.filter(isAbout(dataset))
    var table = AlignedTable(["subject"] + columns.map { $0.title + ($0.threat.map { " \(condition($0))" } ?? "") })
    for subject in subjects {
      let cells = columns.map { column in
        record.scores.first {
          $0.subject == subject.id && $0.dataset == dataset.id && $0.name == column.name && $0.attack == column.attack
            && $0.threat == column.threat
        }.map(value) ?? "–"
      }
      if cells.contains(where: { $0 != "–" }) { table.append([subject.id] + cells) }
    }
    return table
  }

  private func condition(_ threat: RunRecord.Threat) -> String { "\(threat.norm) \(threat.text)" }

  private func value(_ score: RunRecord.Score) -> String {
    guard let interval = score.interval else { return fixed(score.value) }
    return "\(fixed(score.value)) [\(fixed(interval.low)), \(fixed(interval.high))]"
  }

  // MARK: Costs

  private func costs() -> AlignedTable {
    var table = AlignedTable(["subject", "training", "updates", "gradients a sample", "passes a sample"])
    for subject in subjects {
      let cells = record.cells.filter { $0.subject == subject.id && $0.attack != nil && $0.samples > 0 }
      let count = Double(cells.reduce(0) { $0 + $1.samples })
      func mean(_ passes: Int) -> String { count > 0 ? fixed(Double(passes) / count) : "–" }
      let seconds = record.timing?.subjects[subject.id].map { "\(fixed($0)) s" }
      table.append([
        subject.id, subject.training == nil ? "none" : seconds ?? "in an earlier run",
        subject.training.map { "\($0.steps)" } ?? "–", mean(cells.reduce(0) { $0 + $1.backwards }),
        mean(cells.reduce(0) { $0 + $1.forwards }),
      ])
    }
    return table
  }

  // MARK: Comparisons

  private func comparisons() throws -> [String] {
    var table = AlignedTable(["against", "score", "theirs", "its", "difference", "95% interval", "p (Holm)", ""])
    var verdicts: [String] = []
    let datasets = record.datasets.map(\.id)
    for other in subjects.dropFirst() {
      let comparison: Comparison
      do {
        comparison = try Comparison(
          Comparison.Side(name: other.id, samples: samples, subject: other.id),
          Comparison.Side(name: subject.id, samples: samples, subject: subject.id),
          including: { score in
            datasets.allSatisfy { isShown(score.name, of: score.attack, at: score.threat, on: $0) }
          })
      } catch ComparisonError.nothing { continue }
      // Both 0: nothing is proved of either, and there is nothing to see.
      for row in comparison.rows where row.first != 0 || row.second != 0 {
        let interval = row.difference.estimate.interval
        table.append([
          other.id,
          "\(row.score.title)\(row.score.threat.map { " \(condition($0))" } ?? "") on \(row.dataset)",
          fixed(row.first), fixed(row.second), signed(row.difference.estimate.value),
          interval.isDefined ? "[\(signed(interval.low)), \(signed(interval.high))]" : "–",
          row.adjustedPValue < 0.0001 ? "< 0.0001" : String(format: "%.4f", row.adjustedPValue), verdict(row),
        ])
      }
      verdicts.append(summary(of: comparison, against: other.id))
    }
    guard !verdicts.isEmpty else {
      return ["There is nothing to compare \(subject.id) with: no other subject has its samples."]
    }
    return ["\(subject.id) against each of the others, paired by sample"] + table.lines() + [""] + verdicts + [""]
  }

  private func verdict(_ row: Comparison.Row) -> String {
    if row.adjustedPValue.isNaN { return "cannot tell" }
    guard row.adjustedPValue <= Self.level else { return "no difference found" }
    return row.gain > 0 ? "better" : "worse"
  }

  private func summary(of comparison: Comparison, against other: String) -> String {
    let words = ["better", "worse", "no difference found", "cannot tell"]
    let counts = words.map { word in (word, comparison.rows.count { verdict($0) == word }) }.filter { $0.1 > 0 }
    return "\(subject.id) against \(other): " + counts.map { "\($0.0) in \($0.1)" }.joined(separator: ", ")
      + " of \(comparison.rows.count) scores"
  }

  private func fixed(_ value: Double) -> String { value.isNaN ? "–" : String(format: "%.1f", value) }
  private func signed(_ value: Double) -> String { value.isNaN ? "–" : String(format: "%+.1f", value) }
}
