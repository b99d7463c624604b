package import GauntletKit
package import Gradients

/// The margin loss with a learned boundary β of each class (Wu et al., ICCV 2017).
///
/// Σᵢ [d(a,p) − β + α]₊ + [β − d(a,n) + α]₊ over the number of terms above 0 (the sum is 0 where there is none); β is
/// that of the anchor's class. β starts at 0.6 and moves by plain gradient descent of rate 5e-4; α is 0.2.
package struct MarginLoss: Sendable {
  package static let initialBoundary: Float = 0.6
  package static let boundaryRate: Float = 5e-4

  package let geometry: Geometry
  /// α
  package let margin: Float

  package init(geometry: Geometry, margin: Float = 0.2) {
    self.geometry = geometry
    self.margin = margin
  }

  /// Three of [m, D], placed, and β of each triplet, [m] → [1].
  package func mean(_ triplets: TripletViews<Variable>, boundaries: Variable) -> Variable {
    let near = (geometry.distances(triplets.anchors, triplets.positives) - boundaries + margin).relu()
    let far = (boundaries - geometry.distances(triplets.anchors, triplets.negatives) + margin).relu()
    let active = (near.value.scalars + far.value.scalars).count { $0 > 0 }
    return (near.sum() + far.sum()) / Float(max(active, 1))
  }
}
