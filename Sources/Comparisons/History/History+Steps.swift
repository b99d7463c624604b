internal import Results
internal import Statistics

extension History {
  /// The scores that at least two runs have, in the order in which they first appear.
  static func series(of runs: [Run]) -> [Series] {
    var order: [Key] = []
    var found: [Key: [(run: Int, score: RunRecord.Score)]] = [:]
    for (place, run) in runs.enumerated() {
      for (key, score) in run.answers {
        if found[key] == nil { order.append(key) }
        found[key, default: []].append((place, score))
      }
    }
    return order.compactMap { key in
      guard let answers = found[key], answers.count > 1 else { return nil }
      let first = answers[0].score
      return Series(
        subject: key.subject, attack: key.attack, question: key.question, title: first.title, unit: first.unit,
        higherIsBetter: first.higherIsBetter,
        points: answers.map {
          Series.Point(run: $0.run, value: $0.score.value, interval: $0.score.interval, n: $0.score.n)
        },
        pieces: pieces(of: answers.map(\.score)))
    }
  }

  private static func pieces(of scores: [RunRecord.Score]) -> [(range: Range<Int>, level: Double)] {
    let values = scores.map(\.value)
    let counts = scores.map { Double(max($0.n, 1)) }
    let mean = counts.reduce(0, +) / Double(counts.count)
    let weights = counts.map { $0 / mean }
    let penalty = PottsModel.penalty(for: values, weights: weights, floor: floor(of: scores))
    return PottsModel(fitting: values, weights: weights, penalty: penalty).pieces.map { ($0.range, $0.level) }
  }

  /// About what one sample weighs: 2/√n standard errors, which for a share of one half is 1/n. Without intervals
  /// nothing is known, and every change counts.
  private static func floor(of scores: [RunRecord.Score]) -> Double {
    let weights = scores.compactMap { score -> Double? in
      let interval = Estimate(score).interval
      guard interval.isDefined, score.n > 0 else { return nil }
      let error = (interval.high - interval.low) / (2 * Normal.quantile(0.5 + 0.5 * interval.level))
      return 2 * error / Double(score.n).squareRoot()
    }.sorted()
    return weights.isEmpty ? 0 : weights[weights.count / 2]
  }

  static func steps(in series: [Series], of runs: [Run], replicates: Int) throws -> [Step] {
    var known: [Int: SampleRecord?] = [:]
    func samples(_ run: Int) throws -> SampleRecord? {
      if let samples = known[run] { return samples }
      let samples = try runs[run].samples()
      known[run] = .some(samples)
      return samples
    }
    var steps: [Step] = []
    for (place, one) in series.enumerated() {
      for (left, right) in zip(one.pieces, one.pieces.dropFirst()) {
        let (before, after) = (one.points[left.range.upperBound - 1], one.points[right.range.lowerBound])
        let paired = try pairedDifference(
          one, (before, try samples(before.run)), (after, try samples(after.run)), replicates: replicates)
        let unpaired = UnpairedDifference(from: Estimate(before), to: Estimate(after))
        steps.append(
          Step(
            series: place, before: before.run, after: after.run, from: left.level, to: right.level,
            difference: paired?.value ?? unpaired.value, low: paired?.low ?? unpaired.interval.low,
            high: paired?.high ?? unpaired.interval.high, isPaired: paired != nil,
            pValue: paired?.pValue ?? unpaired.pValue, adjustedPValue: .nan))
      }
    }
    for (place, adjusted) in Holm.adjusted(steps.map(\.pValue)).enumerated() { steps[place].adjustedPValue = adjusted }
    return steps.enumerated().sorted { ($1.element.after, $0.offset) < ($0.element.after, $1.offset) }.map(\.element)
  }

  private static func pairedDifference(
    _ series: Series, _ before: (point: Series.Point, samples: SampleRecord?),
    _ after: (point: Series.Point, samples: SampleRecord?), replicates: Int
  ) throws -> (value: Double, low: Double, high: Double, pValue: Double)? {
    guard let first = before.samples, let second = after.samples, first.seed == second.seed else { return nil }
    func find(_ samples: SampleRecord) -> (table: SampleRecord.Table, score: SampleRecord.Score)? {
      let table = samples.tables.first {
        $0.subject == series.subject && $0.dataset == series.question.dataset
          && $0.fingerprint == series.question.fingerprint
      }
      return table.flatMap { table in
        table.scores.first {
          $0.name == series.question.score && $0.attack == series.attack && $0.threat == series.question.threat
        }.map { (table, $0) }
      }
    }
    guard let one = find(first), let other = find(second), one.score.isComparable(with: other.score) else { return nil }
    let pair = PairedTables(one.table, other.table)
    guard pair.left.count > 1 else { return nil }
    let row = pair.row(one.score, other.score, seed: first.seed, replicates: replicates, level: 0.95)
    // Samples that do not give the recorded scores are of another run.
    func agrees(_ value: Double, _ point: Series.Point) -> Bool {
      pair.omitted > 0 || abs(value - point.value) <= 1e-6 * max(1, abs(point.value))
    }
    guard agrees(row.first, before.point), agrees(row.second, after.point) else { return nil }
    let estimate = row.difference.estimate
    let pValue = row.test == .mcNemar ? row.pValue : row.difference.pValueBeyondReplicates(replicates)
    return (estimate.value, estimate.interval.low, estimate.interval.high, pValue)
  }
}

extension Estimate {
  init(_ point: History.Series.Point) {
    self.init(
      value: point.value,
      interval: Interval(
        low: point.interval?.low ?? .nan, high: point.interval?.high ?? .nan, level: point.interval?.level ?? 0.95,
        method: .normal), n: point.n)
  }
}
