package import Gradients

/// The signal-to-noise triplet loss (Yuan et al., CVPR 2019).
///
/// With d(a, x) = var(a − x)/var(a), variances over the D components (divisor D − 1), mean[d(a,p) − d(a,n) + γ]₊ +
/// ρ·mean|Σⱼ aⱼ|; γ = 0.2, ρ = 0.005. The second term keeps embeddings centred.
package struct SignalToNoiseLoss: Sendable {
  package var margin: Float = 0.2
  package var regularizer: Float = 0.005

  package init() {}

  /// Three of [m, D] → [1].
  package func mean(_ triplets: TripletViews<Variable>) -> Variable {
    let (a, p, n) = (triplets.anchors, triplets.positives, triplets.negatives)
    let signal = variance(a)
    let hinge = (variance(a - p) / signal - variance(a - n) / signal + margin).relu().mean()
    let sums = a.rowSums()
    return hinge + (sums.relu() + (-sums).relu()).mean() * regularizer
  }

  /// [m, D] → [m]
  private func variance(_ x: Variable) -> Variable {
    let size = Float(x.shape[1])
    let centred = x.squared().rowMeans() - x.rowMeans().squared()
    return centred * (size / (size - 1))
  }
}
