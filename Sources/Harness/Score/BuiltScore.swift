internal import GauntletKit
internal import Results
internal import Statistics

/// A value a sample, under a name.
struct SampleColumn {
  let name: String
  let values: [Double]
}

/// A score, and what it is made of.
struct BuiltScore {
  let subject: String
  let dataset: String
  let attack: String?
  let threat: RunRecord.Threat?
  let name: String
  let title: String
  let unit: RunRecord.Unit
  let definition: String
  let higherIsBetter: Bool
  /// Empty where it is no function of samples.
  let columns: [SampleColumn]
  let combination: SampleRecord.Score.Combination
  /// Resamples: not before somebody asks.
  let estimate: () -> Estimate

  var record: RunRecord.Score {
    let estimate = estimate()
    return RunRecord.Score(
      subject: subject, dataset: dataset, attack: attack, threat: threat, name: name, title: title, unit: unit,
      value: estimate.value, interval: RunRecord.Interval(estimate.interval), n: estimate.n, definition: definition,
      higherIsBetter: higherIsBetter)
  }
}

extension ScoreBuilder {
  /// The samples of a subject on a dataset, and its scores as functions of them.
  func sampleTable(_ natural: CellTable, _ scores: [BuiltScore]) -> SampleRecord.Table {
    let sampled = scores.filter { !$0.columns.isEmpty }
    let samples = natural.rows.map(\.sample)
    let dataset = natural.cell.dataset
    var columns: [String: [Double]] = [:]
    for column in sampled.flatMap(\.columns) { columns[column.name] = column.values }
    for column in distances(natural) { columns[column.name] = column.values }
    return SampleRecord.Table(
      subject: natural.cell.subject.key, dataset: dataset.key, fingerprint: plan.fingerprints[dataset.key] ?? "",
      samples: samples, names: samples.map(dataset.name), columns: columns,
      scores: sampled.map { score in
        SampleRecord.Score(
          name: score.name, title: score.title, attack: score.attack, threat: score.threat, unit: score.unit,
          higherIsBetter: score.higherIsBetter, columns: score.columns.map(\.name), combination: score.combination,
          conditions: conditions(of: score))
      })
  }

  /// Distances, margins and cosines before and after each attack, to six decimals: no score is made of them, but they show
  /// how far from the edge the samples are.
  private func distances(_ natural: CellTable) -> [SampleColumn] {
    func isDistance(_ measure: Measure) -> Bool {
      [RunRecord.Unit.distance, .cosine].contains(NaturalMeasures.unit(of: measure.name))
    }
    let clean = natural.definitions.filter(isDistance).map { natural.column($0.name, .before) }
    let moved = attacked(natural).flatMap { table in
      table.definitions.filter(isDistance).flatMap { measure in
        // What the natural cell measures too is there already.
        let moments: [CellTable.Moment] =
          natural.definitions.contains { $0.name == measure.name } ? [.after] : [.before, .after]
        return moments.map { table.column(measure.name, $0) }
      }
    }
    return (clean + moved).map { column in
      SampleColumn(name: column.name, values: column.values.map { ($0 * 1e6).rounded() / 1e6 })
    }
  }

  /// The settings of the attacks behind a score, in the order of the suite.
  private func conditions(of score: BuiltScore) -> String {
    let keys = plan.suite.attacks.filter { entry in
      score.attack.map { $0 == entry.key } ?? score.columns.contains { $0.name.hasPrefix("\(entry.key) ") }
    }
    return keys.map { $0.use.identity + ($0.surrogate.map { " on \($0)" } ?? "") }.joined(separator: "; ")
  }
}
