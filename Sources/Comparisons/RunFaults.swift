public import Results

extension RunRecord {
  /// Why a run counts for nothing, a sentence each: failed cells, broken laws, and scores that do not follow from the
  /// samples beside them. Empty if it is sound.
  public func faults(beside samples: SampleRecord) -> [String] {
    let failed = cells.compactMap { cell -> String? in
      guard case .failed(let reason) = cell.status else { return nil }
      return "\(cell.name) failed: \(reason)"
    }
    let broken = cells.filter { $0.violations > 0 }.map {
      "\($0.name): \($0.violations) samples break natural ≥ empirical ≥ certified"
    }
    // A failed cell has a warning too, which ends in its reason.
    let warned = warnings.filter { warning in
      warning.severity == .invalid && !cells.contains { $0.status.reason.map(warning.text.hasSuffix) ?? false }
    }.map { "\($0.code): \($0.text)" }
    return failed + broken + warned + contradictions(of: samples)
  }

  /// Scores of both files that are not the same number. A score is a sum of few thousand doubles: what is farther apart
  /// than 1e-6 of itself was not computed from these samples.
  private func contradictions(of samples: SampleRecord) -> [String] {
    var faults: [String] = []
    for table in samples.tables {
      for score in table.scores {
        let place = "\(score.name) of \(table.subject) on \(table.dataset)"
        let recorded = scores.filter { $0.isSame(as: score, of: table) }
        guard let first = recorded.first else {
          faults.append("\(place) is in samples.json and not in results.json: they are not of one run")
          continue
        }
        let means = score.columns.map { name in
          (table.columns[name] ?? []).reduce(0, +) / Double(table.samples.count)
        }
        let value = score.combination.value(means)
        let agrees = recorded.contains {
          ($0.value.isNaN && value.isNaN) || abs(value - $0.value) <= 1e-6 * max(1, abs($0.value))
        }
        if !agrees {
          faults.append(
            "\(place) is \(first.value) in results.json, and \(value) by the samples in samples.json: one of the files "
              + "was changed; run the suite again")
        }
      }
    }
    return faults
  }
}

extension RunRecord.Cell {
  fileprivate var name: String { "\(subject) on \(dataset)\(attack.map { ", \($0)" } ?? "")" }
}

extension RunRecord.Score {
  fileprivate func isSame(as score: SampleRecord.Score, of table: SampleRecord.Table) -> Bool {
    subject == table.subject && dataset == table.dataset && name == score.name && attack == score.attack
      && threat == score.threat
  }
}
