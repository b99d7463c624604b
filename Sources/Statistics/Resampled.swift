internal import Foundation

/// An estimate with the replicates that its interval was made of.
struct Resampled {
  let estimate: Estimate
  /// Defined replicates, ascending; one, the value, where no replicate differs from it.
  var sorted: [Double] = []
  var acceleration = 0.0
  var replicates = 0

  var standardError: Double {
    guard !sorted.isEmpty else { return .nan }
    guard sorted.count > 1 else { return 0 }
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    return (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sorted.count - 1)).squareRoot()
  }

  /// The two-sided level at which the BCa interval just touches a value, the inverse of `Bootstrap.corrected`.
  func pValue(of null: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let count = Double(sorted.count)
    if sorted.count == 1 { return estimate.value == null ? 1 : 1 / Double(replicates + 1) }
    func share(below value: Double) -> Double {
      let below = sorted.reduce(0.0) { $0 + ($1 < value ? 1 : $1 == value ? 0.5 : 0) }
      return min(max(below / count, 0.5 / count), 1 - 0.5 / count)
    }
    let bias = Normal.quantile(share(below: estimate.value))
    let reach = Normal.quantile(share(below: null)) - bias
    let tail = Normal.cumulative(reach / (1 + acceleration * reach) - bias)
    return min(1, max(2 * min(tail, 1 - tail), 1 / Double(replicates + 1)))
  }
}
