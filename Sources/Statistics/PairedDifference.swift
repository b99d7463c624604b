/// What separates two subjects that were asked the same samples.
public struct PairedDifference: Hashable, Sendable {
  /// Second minus first, with its BCa interval.
  public let estimate: Estimate
  /// Two-sided, of no difference: the α at which the BCa interval just touches 0. Never below 1/(replicates + 1); 1 where
  /// no sample differs, NaN where nothing can be said.
  public let pValue: Double
  /// The standard deviation of the replicates.
  public let standardError: Double

  /// ``pValue``, and where no replicate reaches 0 the tail of a normal variable of this standard error, if that is smaller:
  /// so many tests can be adjusted together that 1/(replicates + 1) is too coarse for each.
  public func pValueBeyondReplicates(_ replicates: Int) -> Double {
    guard pValue <= 1 / Double(replicates + 1), standardError > 0 else { return pValue }
    return min(pValue, 2 * Normal.cumulative(-abs(estimate.value) / standardError))
  }

  /// The smallest true difference that a test at `alpha` finds with the given power: (Φ⁻¹(1 − α/2) + Φ⁻¹(power))·SE, in
  /// the normal approximation.
  public func minimumDetectable(alpha: Double = 0.05, power: Double = 0.8) -> Double {
    (Normal.quantile(1 - 0.5 * alpha) + Normal.quantile(power)) * standardError
  }
}

extension Bootstrap {
  /// The difference of a score between two subjects: every replicate resamples the same samples for both.
  ///
  /// - Parameters:
  ///   - first: [n, C] of the first subject, and `second` of the second; the same samples in the same order.
  ///   - combine: from C means to the score. Must be pure.
  public func difference(
    from first: [[Double]], to second: [[Double]], _ combine: @escaping @Sendable ([Double]) -> Double
  ) -> PairedDifference {
    precondition(first.count == second.count, "\(first.count) columns are paired with \(second.count)")
    let width = first.count
    let table = SampleTable(columns: first + second)
    let spread = resampled(table) { combine(Array($0[width...])) - combine(Array($0[..<width])) }
    return PairedDifference(
      estimate: spread.estimate, pValue: spread.pValue(of: 0), standardError: spread.standardError)
  }
}
