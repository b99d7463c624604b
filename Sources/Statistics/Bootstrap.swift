internal import Tensors

/// Intervals by resampling the samples, with replacement: the same ones on every machine.
///
/// Replicate r draws its indices from `RandomStream(seed:, ["bootstrap"] + purpose, [r])`, so the interval depends on
/// the data, the seed, the purpose and the number of replicates, not on threads or order. Two estimates with equal
/// seed, purpose and number of samples resample the same samples.
///
/// With fewer than two samples nothing can be said about spread, and with an undefined value (NaN) neither: the ends
/// of the interval are then NaN. Samples that are all equal give an interval of width zero; for shares near 0 or 1
/// prefer ``Proportion``. Replicates where the statistic is undefined (0/0) are left out.
///
/// Source: Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapters 13 and 14.
public struct Bootstrap: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The quantiles (1∓level)/2 of the replicates.
    case percentile
    /// Bias-corrected and accelerated: quantiles shifted by the median bias and by the skewness of the jackknife.
    case bca
  }

  public var seed: UInt64
  /// Names the resampling, such as ["retrieval", dataset]: equal names resample equal samples.
  public var purpose: [String]
  public var replicates: Int
  public var level: Double
  public var kind: Kind

  public init(
    seed: UInt64, purpose: [String] = [], replicates: Int = 2000, level: Double = 0.95, kind: Kind = .bca
  ) {
    precondition(replicates > 0, "a bootstrap has at least one replicate, got \(replicates)")
    precondition(level > 0 && level < 1, "a confidence level lies in (0, 1), got \(level)")
    self.seed = seed
    self.purpose = purpose
    self.replicates = replicates
    self.level = level
    self.kind = kind
  }

  /// The mean of `values`.
  public func mean(of values: [Double]) -> Estimate {
    means(of: SampleTable(columns: [values])) { $0[0] }
  }

  /// The ratio of means, mean(numerators) / mean(denominators), of paired samples.
  public func ratio(of numerators: [Double], to denominators: [Double]) -> Estimate {
    means(of: SampleTable(columns: [numerators, denominators])) { $0[0] / $0[1] }
  }

  /// A function of the columns' means, such as ERS: every replicate resamples the rows once for all columns.
  ///
  /// Cost: replicates · n draws and replicates · n · C additions.
  ///
  /// - Parameters:
  ///   - table: per-sample values [n, C].
  ///   - combine: from the C means to the score. Must be pure.
  public func means(of table: SampleTable, _ combine: @Sendable ([Double]) -> Double) -> Estimate {
    resampled(table, combine).estimate
  }

  /// The same, with what the interval was made of.
  func resampled(_ table: SampleTable, _ combine: @Sendable ([Double]) -> Double) -> Resampled {
    let all = table.sums()
    return resampled(
      count: table.count, value: combine(all.means),
      replicate: { combine(sums(of: table, replicate: $0).means) },
      without: { combine(table.sums(all, without: $0).means) })
  }

  /// The sums of a replicate's samples.
  func sums(of table: SampleTable, replicate: Int) -> SampleTable.Sums {
    var weights = [Int32](repeating: 0, count: table.count)
    var stream = RandomStream(seed: seed, ["bootstrap"] + purpose, [replicate])
    for _ in 0..<table.count { weights[stream.integer(below: table.count)] += 1 }
    return table.sums(weights: weights)
  }

  /// Any statistic of resampled samples.
  ///
  /// - Parameters:
  ///   - count: number of samples, n.
  ///   - statistic: from n indices in 0..<n, repeated as drawn, to the value. Must be pure; the jackknife of BCa
  ///     also calls it with n−1 indices.
  public func statistic(count: Int, _ statistic: @Sendable ([Int]) -> Double) -> Estimate {
    precondition(count >= 0, "\(count) samples")
    return resampled(
      count: count, value: statistic(Array(0..<count)),
      replicate: { statistic(indices(replicate: $0, count: count)) },
      without: { left in statistic((0..<count).filter { $0 != left }) }
    ).estimate
  }

  /// The samples that a replicate consists of: `count` indices in 0..<count.
  public func indices(replicate: Int, count: Int) -> [Int] {
    var stream = RandomStream(seed: seed, ["bootstrap"] + purpose, [replicate])
    return (0..<count).map { _ in stream.integer(below: count) }
  }

  private func resampled(
    count: Int, value: Double, replicate: @Sendable (Int) -> Double, without: @Sendable (Int) -> Double
  ) -> Resampled {
    let isSpread = count > 1 && value.isFinite
    return summary(
      count: count, value: value, replicated: isSpread ? Bootstrap.collect(replicates, replicate) : [],
      jackknife: { Bootstrap.collect(count, without) })
  }

  /// What replicates, and a statistic without each of the samples, say of a value.
  func summary(count: Int, value: Double, replicated: [Double], jackknife: () -> [Double]) -> Resampled {
    let method: Interval.Method = kind == .bca ? .bootstrapBCa : .bootstrapPercentile
    let unknown = Interval(low: .nan, high: .nan, level: level, method: method)
    let nothing = Resampled(estimate: Estimate(value: value, interval: unknown, n: count))
    guard count > 1, value.isFinite else { return nothing }
    let sorted = replicated.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return nothing }
    // All replicates are the value, but for the rounding of their sums.
    if sorted.allSatisfy({ abs($0 - value) <= 1e-13 * abs(value) }) {
      let point = Interval(low: value, high: value, level: level, method: method)
      return Resampled(
        estimate: Estimate(value: value, interval: point, n: count), sorted: [value], replicates: replicates)
    }
    var tails = (0.5 * (1 - level), 0.5 * (1 + level))
    var acceleration = 0.0
    if kind == .bca {
      acceleration = Bootstrap.acceleration(jackknife())
      tails = Bootstrap.corrected(tails, value: value, sorted: sorted, acceleration: acceleration)
    }
    let interval = Interval(
      low: Bootstrap.quantile(tails.0, of: sorted), high: Bootstrap.quantile(tails.1, of: sorted), level: level,
      method: method)
    return Resampled(
      estimate: Estimate(value: value, interval: interval, n: count), sorted: sorted, acceleration: acceleration,
      replicates: replicates)
  }

  /// body(0), body(1), …, computed by the workers, in order.
  static func collect(_ count: Int, _ body: @Sendable (Int) -> Double) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Every piece writes its own element, so the pointer is shared without a race.
      nonisolated(unsafe) let base = buffer.baseAddress
      Workers.forEach(count) { index in (base! + index).initialize(to: body(index)) }
      initialized = count
    }
  }
}
