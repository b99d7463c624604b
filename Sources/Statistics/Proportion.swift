/// Intervals for a share of successes.
public enum Proportion {
  /// Wilson's score interval:
  /// centre (p + z²/2n)/(1 + z²/n), half width z/(1 + z²/n) · √(p(1−p)/n + z²/4n²), z = Φ⁻¹((1 + level)/2), p = s/n.
  ///
  /// - Parameters:
  ///   - successes: s in 0…n. Fractions are allowed (the sum of votes in [0, 1]); the interval is then
  ///     conservative, since no variable in [0, 1] of mean p varies more than p(1−p).
  ///   - count: n. At 0 nothing is known, and the interval is [0, 1].
  ///   - level: confidence level in (0, 1).
  /// - Returns: an interval inside [0, 1]; NaN ends if `successes` is NaN.
  ///
  /// Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
  public static func wilson(successes: Double, of count: Int, level: Double = 0.95) -> Interval {
    check(successes, count, level)
    guard count > 0 else { return Interval(low: 0, high: 1, level: level, method: .wilson) }
    guard !successes.isNaN else { return Interval(low: .nan, high: .nan, level: level, method: .wilson) }
    let n = Double(count)
    let p = successes / n
    let z = Normal.quantile(0.5 + 0.5 * level)
    let scale = 1 + z * z / n
    let centre = (p + z * z / (2 * n)) / scale
    let half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // The ends at no and at all successes are 0 and 1 exactly; rounding must not say otherwise.
    let low = successes == 0 ? 0 : max(0, centre - half)
    let high = successes == n ? 1 : min(1, centre + half)
    return Interval(low: low, high: high, level: level, method: .wilson)
  }

  /// Clopper's and Pearson's exact interval: the quantiles (1∓level)/2 of Beta(s, n−s+1) and Beta(s+1, n−s).
  ///
  /// Its coverage is never below `level`, which certificates need; it is wider than ``wilson(successes:of:level:)``.
  ///
  /// - Parameters:
  ///   - successes: s in 0…n.
  ///   - count: n. At 0 the interval is [0, 1].
  ///   - level: confidence level in (0, 1).
  ///
  /// Source: Clopper and Pearson, "The use of confidence or fiducial limits …", Biometrika 26 (1934).
  public static func clopperPearson(successes: Int, of count: Int, level: Double = 0.95) -> Interval {
    check(Double(successes), count, level)
    let alpha = 0.5 * (1 - level)
    let (s, n) = (Double(successes), Double(count))
    let low = successes == 0 ? 0 : Beta.quantile(alpha, a: s, b: n - s + 1)
    let high = successes == count ? 1 : 1 - Beta.quantile(alpha, a: n - s, b: s + 1)
    return Interval(low: low, high: high, level: level, method: .clopperPearson)
  }

  private static func check(_ successes: Double, _ count: Int, _ level: Double) {
    precondition(level > 0 && level < 1, "a confidence level lies in (0, 1), got \(level)")
    precondition(
      count >= 0 && (successes.isNaN || (successes >= 0 && successes <= Double(count))),
      "\(successes) successes of \(count) trials")
  }
}
