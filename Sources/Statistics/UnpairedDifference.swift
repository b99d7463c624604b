/// What separates two estimates of which nothing but their intervals is known: the samples may differ.
///
/// Each standard error is the width of its interval over 2 Φ⁻¹((1 + level)/2); the difference is taken as normal with
/// the variances' sum. Where both were asked the same samples, ``PairedDifference`` finds more.
public struct UnpairedDifference: Hashable, Sendable {
  /// Second minus first.
  public let value: Double
  public let interval: Interval
  /// Two-sided, of no difference; NaN where an interval is not known.
  public let pValue: Double

  public init(from first: Estimate, to second: Estimate, level: Double = 0.95) {
    func error(_ estimate: Estimate) -> Double {
      let interval = estimate.interval
      return (interval.high - interval.low) / (2 * Normal.quantile(0.5 + 0.5 * interval.level))
    }
    let (one, other) = (error(first), error(second))
    let deviation = (one * one + other * other).squareRoot()
    let half = Normal.quantile(0.5 + 0.5 * level) * deviation
    value = second.value - first.value
    interval = Interval(low: value - half, high: value + half, level: level, method: .normal)
    pValue =
      if deviation > 0 { 2 * Normal.cumulative(-abs(value) / deviation) } else if deviation == 0 {
        value == 0 ? 1 : 0
      } else { .nan }
  }
}
