internal import Foundation

/// The standard normal distribution.
package enum Normal {
  /// Φ(x) = erfc(−x/√2)/2, accurate in both tails.
  package static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  /// Φ⁻¹(p): −∞ at 0, +∞ at 1, NaN outside [0, 1].
  ///
  /// A rational start (Abramowitz and Stegun 26.2.23, error below 4.5e-4), then Halley's steps, each of which cubes the
  /// error: accurate to a few units of the last place.
  package static func quantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    if p == 0.5 { return 0 }
    let tail = min(p, 1 - p)
    let t = (-2 * log(tail)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    var x = numerator / denominator - t  // of the lower tail
    for _ in 0..<3 {
      let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      guard density > 0 else { break }
      let step = (cumulative(x) - tail) / density
      x -= step / (1 + 0.5 * x * step)
    }
    return p < 0.5 ? x : -x
  }
}
