internal import Foundation

/// Where the embedding of one image can be when its pixels move by at most a radius in ℓ2.
///
/// With u the embedding before normalisation and L the Lipschitz constant, ‖u′ − u‖₂ ≤ L·r: so its direction turns by at
/// most φ(r) = arcsin(L·r/‖u‖), or anywhere (π) once the ball holds the origin. Everything is rounded against the
/// defender by `slack`, what a computed embedding may differ from the real one. Vectors are in double precision.
struct EmbeddingBall {
  let center: [Double]
  let norm: Double
  let claim: LipschitzClaim

  init(_ embedding: some Sequence<Float>, claim: LipschitzClaim) {
    center = embedding.map { Double($0) }
    norm = center.reduce(0) { $0 + $1 * $1 }.squareRoot()
    self.claim = claim
  }

  /// How far the computed u may be from the real one.
  var slack: Double { claim.relativeError * norm }

  /// L·r and the slack.
  func reach(_ radius: Double) -> Double { claim.constant * radius + slack }

  /// φ(r), in radians: how far the direction can turn.
  func rotation(_ radius: Double) -> Double { Self.rotation(reach: reach(radius), norm: norm) }

  static func rotation(reach: Double, norm: Double) -> Double {
    reach < norm ? asin(reach / norm) : .pi
  }

  /// ∠(u, v) in radians, accurate for small angles too: 2·atan2(‖û − v̂‖, ‖û + v̂‖). π/2 where one of them is 0.
  static func angle(_ u: [Double], _ v: [Double]) -> Double {
    let (m, n) = (length(u), length(v))
    guard m > 0, n > 0 else { return .pi / 2 }
    var (difference, sum) = (0.0, 0.0)
    for i in u.indices {
      let (a, b) = (u[i] / m, v[i] / n)
      difference += (a - b) * (a - b)
      sum += (a + b) * (a + b)
    }
    return 2 * atan2(difference.squareRoot(), sum.squareRoot())
  }

  static func length(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  static func product(_ u: [Double], _ v: [Double]) -> Double { zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } }
}
