internal import Foundation

extension Bootstrap {
  /// a = Σ(m̄−mᵢ)³ / (6·(Σ(m̄−mᵢ)²)^1.5), mᵢ the statistic without sample i; 0 if they are all equal or undefined.
  static func acceleration(_ jackknife: [Double]) -> Double {
    let mean = jackknife.reduce(0, +) / Double(jackknife.count)
    var (squares, cubes) = (0.0, 0.0)
    for value in jackknife {
      let difference = mean - value
      squares += difference * difference
      cubes += difference * difference * difference
    }
    let acceleration = cubes / (6 * pow(squares, 1.5))
    return acceleration.isFinite ? acceleration : 0
  }

  /// The tails α become Φ(z₀ + (z₀+z_α)/(1−a(z₀+z_α))), z₀ = Φ⁻¹(share of replicates below the value, ties half).
  static func corrected(
    _ tails: (Double, Double), value: Double, sorted: [Double], acceleration: Double
  ) -> (Double, Double) {
    let below = partitioningIndex(sorted) { $0 >= value }
    let notAbove = partitioningIndex(sorted) { $0 > value }
    let count = Double(sorted.count)
    // A value outside all replicates would give an infinite z₀: it lies no farther out than half a replicate.
    let share = min(max(Double(below + notAbove) / (2 * count), 0.5 / count), 1 - 0.5 / count)
    let bias = Normal.quantile(share)
    func corrected(_ tail: Double) -> Double {
      let z = bias + Normal.quantile(tail)
      let scale = 1 - acceleration * z
      // Beyond the pole of the correction all of the mass lies on one side.
      return scale > 0 ? Normal.cumulative(bias + z / scale) : (z < 0 ? 0 : 1)
    }
    return (corrected(tails.0), corrected(tails.1))
  }

  /// The quantile of sorted values, linear between neighbours (NumPy's default; Hyndman and Fan, type 7).
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = min(max(share, 0), 1) * Double(sorted.count - 1)
    let index = min(Int(position), sorted.count - 1)
    let next = min(index + 1, sorted.count - 1)
    if sorted[index] == sorted[next] { return sorted[index] }
    return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
  }

  private static func partitioningIndex(_ sorted: [Double], _ belongsAbove: (Double) -> Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if belongsAbove(sorted[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
