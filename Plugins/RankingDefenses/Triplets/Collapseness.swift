package import Gradients
internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

/// Collapseness C = D_W(a, p) − D_W(a, n) of a batch (COLO-TRIDE; retrieval specification 9.2).
///
/// D_W(d) = Σᵢ wᵢ dᵢ / Σᵢ wᵢ over the batch's distances, each kind with its own weights; positive C means that collapse
/// is near. With attention λ:
/// - near: wᵢ = exp(−λ(dᵢ − min d)), "samples in the proximity of anchors", the paper's words;
/// - far: wᵢ = exp(λ(dᵢ − max d)), the published code;
/// - uniform: wᵢ = 1, so that C is the hardness H.
package struct Collapseness: Hashable, Sendable {
  package enum Weighting: String, CaseIterable, Sendable {
    case near, far, uniform
  }

  package let weighting: Weighting
  /// λ
  package let attention: Double

  package init(_ weighting: Weighting, attention: Double) {
    self.weighting = weighting
    self.attention = attention
  }

  /// D_W with its gradient, through the weights too: [m] → [1].
  package func distance(_ distances: Variable) -> Variable {
    let slope: Float
    let reference: Float
    switch weighting {
    case .uniform: return distances.mean()
    case .near: (slope, reference) = (-Float(attention), distances.value.scalars.min() ?? 0)
    case .far: (slope, reference) = (Float(attention), distances.value.scalars.max() ?? 0)
    }
    let weights = ((distances - reference) * slope).exponential()
    return (weights * distances).sum() / weights.sum()
  }

  /// D_W in double precision.
  package func distance(_ distances: [Double]) -> Double {
    guard let low = distances.min(), let high = distances.max() else { return 0 }
    let weights: [Double] = distances.map {
      switch weighting {
      case .near: exp(-attention * ($0 - low))
      case .far: exp(attention * ($0 - high))
      case .uniform: 1
      }
    }
    return zip(weights, distances).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
  }

  /// C of distances of triplets that stand at the same place.
  package func value(toPositives: [Double], toNegatives: [Double]) -> Double {
    distance(toPositives) - distance(toNegatives)
  }
}
