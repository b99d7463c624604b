internal import Comparisons
internal import Foundation
internal import Results

extension HTMLReport {
  /// So many subjects, at most, are compared two by two: a page of more would be larger than it is useful.
  private static let mostCompared = 40
  /// Up to so many, components of ERS are compared too.
  private static let fewCompared = 8

  /// Two subjects, score by score, on the same samples.
  var headToHead: Section? {
    guard let samples else { return nil }
    let few = Set(samples.tables.map(\.subject)).count <= HTMLReport.fewCompared
    var kept = samples
    let subjects = Set(record.subjects.prefix(HTMLReport.mostCompared).map(\.id))
    for place in kept.tables.indices {
      let table = kept.tables[place]
      let scores = table.scores
      kept.tables[place].scores.removeAll { one in
        // Samples that do not give the recorded score are not its own.
        let recorded = record.scores.first {
          $0.name == one.name && $0.subject == table.subject && $0.dataset == table.dataset && $0.attack == one.attack
            && $0.threat == one.threat
        }
        if let recorded, recorded.value.isFinite, !table.agrees(one, with: recorded.value) { return true }
        // What is proved at an attack's threat model is listed by radius, where it was also asked by radius.
        return
          one.attack != nil
          && scores.contains {
            $0.attack == nil && $0.name == one.name && $0.threat?.epsilon == one.threat?.epsilon
              && $0.threat?.norm == one.threat?.norm
          }
      }
    }
    kept.tables.removeAll { !subjects.contains($0.subject) || record.dataset($0.dataset) == nil }
    let all = HeadToHead.all(in: kept) { score in
      ScoreName.isHeadline(score.name) || (few && score.name.hasPrefix(ScoreName.ers + ":"))
    }
    guard !all.isEmpty, let data = try? VersionedJSON.encode(all.map(document)) else { return nil }
    let left = record.subjects.count - HTMLReport.mostCompared
    return Section(
      "pairs", "Head to head",
      lead: "Two subjects on the same samples. Yes-or-no scores have McNemar's exact test, others the paired bootstrap "
        + "(BCa, 2,000 replicates); p is adjusted by Holm's method over the rows of the pair."
        + (left > 0 ? " The first \(HTMLReport.mostCompared) subjects; \(left) more are left out." : "")
    ) {
      tag("div", ["id": "pairs-view"]) {}
      tag("noscript") {
        tag("p") {
          "Choosing needs JavaScript; gauntlet compare RUN:\(all[0].subjects[0]) RUN:\(all[0].subjects[1]) prints the "
          "same."
        }
      }
      Markup.data(String(decoding: data, as: UTF8.self), id: "pairs-data")
    }
  }

  /// A dataset's pairs as the page's script reads them.
  private struct Document: Encodable {
    struct Subject: Encodable {
      let id: String
      let title: String
      let series: Int
    }
    struct Score: Encodable {
      let title: String
      let condition: String
      let definition: String
      let unit: String
      let isPercent: Bool
      let higherIsBetter: Bool
      /// A character a sample for each subject: 1 right, 0 wrong, h undecided; null where it was not asked. Null where
      /// the score has no sides.
      let answers: [String?]?
    }
    /// [score, n, first, second, difference, low, high, adjusted p, smallest detectable, 1 for McNemar's test].
    struct Pair: Encodable {
      let subjects: [Int]
      let rows: [[Double?]]
    }
    let dataset: String
    let title: String
    let subjects: [Subject]
    let scores: [Score]
    let samples: [Int]
    let names: [String]
    let pairs: [Pair]
  }

  private func document(_ one: HeadToHead) -> Document {
    Document(
      dataset: one.dataset, title: record.dataset(one.dataset)?.title ?? one.dataset,
      subjects: one.subjects.map {
        .init(id: $0, title: record.subject($0)?.title ?? $0, series: series(of: $0) % 8)
      },
      scores: one.scores.map { score in
        Document.Score(
          title: score.title, condition: score.threat.map(Format.threat) ?? "natural",
          definition: definition(of: score.name), unit: Format.unit(score.unit), isPercent: score.unit == .percent,
          higherIsBetter: score.higherIsBetter, answers: answers(to: score, one.tables))
      },
      samples: one.tables[0].samples, names: one.tables[0].names,
      pairs: one.pairs.map { pair in
        .init(subjects: [pair.first, pair.second], rows: pair.rows.map(numbers))
      })
  }

  private func definition(of score: String) -> String { record.scores.first { $0.name == score }?.definition ?? "" }

  private func numbers(_ row: HeadToHead.Row) -> [Double?] {
    let (row, score) = (row.comparison, Double(row.score))
    let interval = row.difference.estimate.interval
    func short(_ value: Double) -> Double? { value.isFinite ? (value * 1e4).rounded() / 1e4 : nil }
    return [
      score, Double(row.n), short(row.first), short(row.second), short(row.difference.estimate.value),
      short(interval.low), short(interval.high), row.adjustedPValue.isNaN ? nil : row.adjustedPValue,
      short(row.difference.minimumDetectable()), row.test == .mcNemar ? 1 : 0,
    ]
  }

  /// Which side every sample is on; nil for scores that are no share of right answers.
  private func answers(to score: SampleRecord.Score, _ tables: [SampleRecord.Table]) -> [String?]? {
    guard score.columns.count == 1, score.name.hasPrefix("2afc-") || score.name.hasPrefix("recall@") else { return nil }
    return tables.map { table in
      guard let own = table.scores.first(where: { $0.name == score.name && $0.threat == score.threat }),
        own.attack == score.attack, own.columns.count == 1, let values = table.columns[own.columns[0]]
      else { return nil }
      return String(values.map { $0 > 50 ? "1" : $0 < 50 ? "0" : "h" })
    }
  }
}
