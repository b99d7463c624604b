public import Results
internal import Statistics

/// Every two subjects of a run that were asked the same samples of a dataset, score by score.
///
/// A pair's rows are those of a ``Comparison`` of the two, with as many replicates; each subject is resampled once, so
/// that many subjects cost little more than one.
public struct HeadToHead: Sendable {
  public struct Pair: Sendable {
    /// Places in ``HeadToHead/subjects``.
    public let first: Int
    public let second: Int
    /// Of the scores that both have; adjusted by Holm's method over the pair.
    public let rows: [Row]
  }

  public struct Row: Sendable {
    /// Place in ``HeadToHead/scores``.
    public let score: Int
    public let comparison: Comparison.Row
  }

  public let dataset: String
  /// At least two.
  public let subjects: [String]
  /// What at least two of them were asked.
  public let scores: [SampleRecord.Score]
  public let pairs: [Pair]
  /// The samples of each subject, in the order of ``subjects``: the same ones.
  public let tables: [SampleRecord.Table]

  /// One for each dataset with at least two subjects; of a dataset whose subjects were asked different samples, the
  /// largest group that was asked the same ones, the first of several.
  /// - Parameters:
  ///   - replicates: of the bootstrap; no p-value of it is below 1/(replicates + 1).
  ///   - includes: which scores are compared.
  public static func all(
    in samples: SampleRecord, replicates: Int = 2000, level: Double = 0.95,
    including includes: (SampleRecord.Score) -> Bool = { _ in true }
  ) -> [HeadToHead] {
    var datasets: [String] = []
    for table in samples.tables where !datasets.contains(table.dataset) { datasets.append(table.dataset) }
    return datasets.compactMap { dataset in
      var groups: [[SampleRecord.Table]] = []
      for table in samples.tables where table.dataset == dataset {
        if let place = groups.firstIndex(where: { $0[0].isAsked(as: table) }) {
          groups[place].append(table)
        } else {
          groups.append([table])
        }
      }
      let most = groups.map(\.count).max() ?? 0
      guard most > 1, let tables = groups.first(where: { $0.count == most }) else { return nil }
      return HeadToHead(tables, seed: samples.seed, replicates: replicates, level: level, including: includes)
    }
  }

  private init?(
    _ tables: [SampleRecord.Table], seed: UInt64, replicates: Int, level: Double,
    including includes: (SampleRecord.Score) -> Bool
  ) {
    var scores: [SampleRecord.Score] = []
    for score in tables.flatMap(\.scores) where includes(score) && !scores.contains(where: score.isComparable) {
      scores.append(score)
    }
    // asked[score][subject]: the subject's own description of the score.
    var asked = scores.map { score in tables.map { $0.scores.first(where: score.isComparable) } }
    let shared = scores.indices.filter { asked[$0].count { $0 != nil } > 1 }
    (scores, asked) = (shared.map { scores[$0] }, shared.map { asked[$0] })
    guard !scores.isEmpty else { return nil }
    let bootstrap = Bootstrap(seed: seed, purpose: [tables[0].dataset], replicates: replicates, level: level)
    let places = scores.indices.flatMap { score in tables.indices.map { (score, $0) } }.filter { asked[$0][$1] != nil }
    let replicated = ReplicatedScore.all(
      places.compactMap { score, table in asked[score][table].map { tables[table].function($0) } },
      resampledBy: bootstrap)
    var resampled = asked.map { $0.map { _ in ReplicatedScore?.none } }
    for ((score, table), one) in zip(places, replicated) { resampled[score][table] = one }
    var pairs: [Pair] = []
    for first in tables.indices {
      for second in tables.indices where second > first {
        let paired = PairedTables(tables[first], tables[second])
        let rows = scores.indices.compactMap { place -> (Int, Comparison.Row)? in
          guard let one = asked[place][first], let other = asked[place][second], let left = resampled[place][first],
            let right = resampled[place][second]
          else { return nil }
          let row = paired.row(
            one, other, seed: seed, replicates: replicates, level: level,
            known: ReplicatedScore.difference(from: left, to: right))
          return (place, row)
        }
        let adjusted = Holm.adjusted(rows.map(\.1.pValue))
        pairs.append(
          Pair(
            first: first, second: second,
            rows: zip(rows, adjusted).map { row, adjusted in
              var row = row
              row.1.adjustedPValue = adjusted
              return Row(score: row.0, comparison: row.1)
            }))
      }
    }
    self.dataset = tables[0].dataset
    self.subjects = tables.map(\.subject)
    self.scores = scores
    self.pairs = pairs
    self.tables = tables
  }
}

extension SampleRecord.Table {
  /// A score of the table's columns.
  func function(_ score: SampleRecord.Score) -> ReplicatedScore.Function {
    ReplicatedScore.Function(score.columns.map { columns[$0] ?? [] }) { score.combination.value($0) }
  }

  /// Whether both were asked the same samples of the same data.
  func isAsked(as other: Self) -> Bool {
    dataset == other.dataset && fingerprint == other.fingerprint && samples == other.samples
  }
}
