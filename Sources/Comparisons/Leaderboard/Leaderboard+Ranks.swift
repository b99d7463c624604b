internal import Results
internal import Statistics

extension Leaderboard.Board {
  init?(
    _ question: RecordedQuestion, _ answers: [(run: Leaderboard.Run, score: RunRecord.Score)], alpha: Double,
    replicates: Int
  ) {
    guard let first = answers.first, let dataset = first.run.record.dataset(question.dataset) else { return nil }
    var entries: [Leaderboard.Entry] = []
    for (run, score) in answers {
      guard let subject = run.record.subject(score.subject) else { continue }
      let entry = Leaderboard.Entry(run, score, subject)
      if let place = entries.firstIndex(where: entry.isRepeated) {
        entries[place].runs.append(run.name)
      } else {
        entries.append(entry)
      }
    }
    let isUp = first.score.higherIsBetter
    func sorted(_ entries: [Leaderboard.Entry]) -> [Leaderboard.Entry] {
      entries.enumerated().sorted { a, b in
        let (x, y) = (a.element.robust.value, b.element.robust.value)
        return x != y ? (x > y) == isUp : a.offset < b.offset
      }.map(\.element)
    }
    var ranked = sorted(entries.filter(\.faults.isEmpty))
    let tests = PairTests(ranked, replicates: replicates)
    for place in ranked.indices {
      let others = ranked.indices.filter { $0 != place }
      let better = others.count { tests.separates(place, $0, alpha) && $0 < place }
      let worse = others.count { tests.separates(place, $0, alpha) && $0 > place }
      ranked[place].rank = (1 + better)...(ranked.count - worse)
    }
    let attacks = RecordedQuestion.attacks(behind: first.score, in: first.run.record)
    self.init(
      question: question, dataset: dataset, title: first.score.title, definition: first.score.definition,
      mode: attacks.first?.mode, entries: ranked, apart: sorted(entries.filter { !$0.faults.isEmpty }),
      pairedTests: tests.paired, tests: tests.count, differences: [])
  }
}

/// The difference of every two entries of a board, tested.
private struct PairTests {
  private let width: Int
  /// Adjusted p of the pairs (a, b), a < b, row by row.
  private var values: [Double] = []
  private(set) var paired = 0
  var count: Int { values.count }

  init(_ entries: [Leaderboard.Entry], replicates: Int) {
    width = entries.count
    let resampled = PairTests.resampled(entries, replicates: replicates)
    for a in entries.indices {
      for b in entries.indices where b > a {
        if let one = entries[a].evidence, let other = entries[b].evidence, one.score.isComparable(with: other.score),
          one.seed == other.seed, one.table.fingerprint == other.table.fingerprint
        {
          let pair = PairedTables(one.table, other.table)
          if pair.left.count > 1 {
            let known =
              one.table.isAsked(as: other.table)
              ? resampled[a].flatMap { left in resampled[b].map { ReplicatedScore.difference(from: left, to: $0) } }
              : nil
            let row = pair.row(
              one.score, other.score, seed: one.seed, replicates: replicates, level: 0.95, known: known)
            values.append(
              row.test == .mcNemar ? row.pValue : row.difference.pValueBeyondReplicates(replicates))
            paired += 1
            continue
          }
        }
        values.append(
          UnpairedDifference(from: Estimate(entries[a].robust), to: Estimate(entries[b].robust)).pValue)
      }
    }
    values = Holm.adjusted(values)
  }

  /// Each entry's score, resampled once with all others that were asked the same samples.
  private static func resampled(_ entries: [Leaderboard.Entry], replicates: Int) -> [ReplicatedScore?] {
    var resampled = [ReplicatedScore?](repeating: nil, count: entries.count)
    for (place, entry) in entries.enumerated() where resampled[place] == nil {
      guard let evidence = entry.evidence else { continue }
      let group = entries.indices.filter { entries[$0].evidence?.table.isAsked(as: evidence.table) == true }
      let scores = ReplicatedScore.all(
        group.compactMap { entries[$0].evidence.map { $0.table.function($0.score) } },
        resampledBy: Bootstrap(seed: evidence.seed, purpose: [evidence.table.dataset], replicates: replicates))
      for (member, score) in zip(group, scores) { resampled[member] = score }
    }
    return resampled
  }

  func separates(_ a: Int, _ b: Int, _ alpha: Double) -> Bool {
    let (low, high) = (min(a, b), max(a, b))
    // Rows before: width − 1, width − 2, … pairs.
    let value = values[low * (2 * width - low - 1) / 2 + high - low - 1]
    return value <= alpha
  }
}

extension Estimate {
  /// A recorded score; without an interval nothing is known of its spread.
  init(_ score: RunRecord.Score) {
    let known = score.interval
    self.init(
      value: score.value,
      interval: Interval(
        low: known?.low ?? .nan, high: known?.high ?? .nan, level: known?.level ?? 0.95, method: .normal),
      n: score.n)
  }
}
