/// H_D of hardness manipulation: how hard an adversary may make a triplet (retrieval specification 8.2).
///
/// With ℓ̄ = min(u, ℓ)/u, ℓ the adversarial triplet loss of the step before, u the clip and γ the margin.
package enum HardnessDestination: Hashable, Sendable {
  /// The hardness of a second triplet of the same anchor, by this sampler.
  case sampler(TripletSampler)
  /// Gradual adversary with a linear destination: −γ ℓ̄.
  case linear
  /// −γ ℓ̄ + ξ(1 − ℓ̄): g_B.
  case boosted(xi: Double)
  /// −γ ℓ̄²: g_2.
  case squared
  /// −γ √ℓ̄: g_½.
  case root
  case constant(Double)

  /// ℓ before the first step.
  package static let initialLoss = 2.0

  /// H_D of the whole batch; nil if each triplet has its own.
  package func value(loss: Double, margin: Double, clip: Double) -> Double? {
    let share = min(clip, loss) / clip
    switch self {
    case .sampler: return nil
    case .linear: return -margin * share
    case .boosted(let xi): return -margin * share + xi * (1 - share)
    case .squared: return -margin * share * share
    case .root: return -margin * share.squareRoot()
    case .constant(let value): return value
    }
  }
}
