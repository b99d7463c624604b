/// A range that holds the true value in a share `level` of such experiments.
///
/// Where nothing can be said (no sample, or one sample without a model of its spread) both ends are NaN.
public struct Interval: Hashable, Sendable {
  /// How an interval was computed.
  public enum Method: String, Hashable, Sendable {
    case wilson
    case clopperPearson = "clopper-pearson"
    case bootstrapPercentile = "bootstrap-percentile"
    case bootstrapBCa = "bootstrap-bca"
    /// As wide as the percentile interval, centred on the value: for statistics that repeats in a resample shift.
    case bootstrapCentred = "bootstrap-centred"
    /// Of a normal variable with the standard errors of other intervals.
    case normal
  }

  public var low: Double
  public var high: Double
  /// Confidence level in (0, 1), such as 0.95.
  public var level: Double
  public var method: Method

  public init(low: Double, high: Double, level: Double, method: Method) {
    self.low = low
    self.high = high
    self.level = level
    self.method = method
  }

  /// Whether both ends are known.
  public var isDefined: Bool { !low.isNaN && !high.isNaN }

  /// An interval of the same width around a value.
  public func centred(on value: Double) -> Interval {
    let half = 0.5 * (high - low)
    return Interval(low: value - half, high: value + half, level: level, method: .bootstrapCentred)
  }

  /// The interval of a scaled value: both ends times `factor`, which must not be negative.
  public func scaled(by factor: Double) -> Interval {
    precondition(factor >= 0, "an interval scaled by \(factor) would be turned around")
    return Interval(low: low * factor, high: high * factor, level: level, method: method)
  }
}

/// A value, how sure it is, and the number of samples behind it.
public struct Estimate: Hashable, Sendable {
  public var value: Double
  public var interval: Interval
  public var n: Int

  public init(value: Double, interval: Interval, n: Int) {
    self.value = value
    self.interval = interval
    self.n = n
  }
}
