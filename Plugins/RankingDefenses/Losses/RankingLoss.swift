package import GauntletKit
package import Gradients

/// What a trainer minimises over the triplets of a batch.
package enum RankingLossKind: String, CaseIterable, Sendable {
  case triplet, contrastive, margin
  case multiSimilarity = "multi-similarity"
  case signalToNoise = "snr"
}

/// The contrastive loss mean[d(a,p) + max(0, γ − d(a,n))] of triplets (Hadsell et al., CVPR 2006, with plain distances);
/// γ is 1 by default.
package struct ContrastiveLoss: Sendable {
  package let geometry: Geometry
  /// γ
  package let margin: Float

  package init(geometry: Geometry, margin: Float = 1) {
    self.geometry = geometry
    self.margin = margin
  }

  /// Three of [m, D], placed → [1].
  package func mean(_ triplets: TripletViews<Variable>) -> Variable {
    let near = geometry.distances(triplets.anchors, triplets.positives)
    let far = geometry.distances(triplets.anchors, triplets.negatives)
    return (near + (margin - far).relu()).mean()
  }
}
