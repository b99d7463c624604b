package import GauntletKit
package import Gradients
internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

/// The losses of collapse-aware triplet decoupling (retrieval specification 9.1), over the m triplets of a batch.
package struct CollapseAwareLosses: Sendable {
  package let geometry: Geometry
  package let collapseness: Collapseness
  /// Whether D is the weighted distance D_W; else the plain mean.
  package let weighsDistances: Bool

  package init(geometry: Geometry, collapseness: Collapseness, weighsDistances: Bool) {
    self.geometry = geometry
    self.collapseness = collapseness
    self.weighsDistances = weighsDistances
  }

  /// [D(a,n) − D(a,p)]₊, which falls as triplets get harder: [1].
  /// - Parameter isBounded: whether it ends at 0; without the hinge there is always something harder.
  package func attack(_ views: TripletViews<Variable>, isBounded: Bool = true) -> Variable {
    let (near, far) = distances(views)
    let gap = distance(far) - distance(near)
    return isBounded ? gap.relu() : gap
  }

  /// [D(a,p) − D(a,n)]₊, which falls as triplets get easier: [1].
  package func assistance(_ views: TripletViews<Variable>) -> Variable {
    let (near, far) = distances(views)
    return (distance(near) - distance(far)).relu()
  }

  /// L_TOP = exp(−[D_W(ã,n) − D_W(ã,p)]₊)·[mean d(ã, n_top) − mean d(ã, a)]₊: pulls anchors to the closer half of the
  /// negatives and off their clean embeddings; the factor takes no gradient. [1]
  package func topPull(_ views: TripletViews<Variable>, cleanAnchors: Variable) -> Variable {
    let (near, far) = distances(views)
    let gap =
      collapseness.distance(far.value.scalars.map { Double($0) })
      - collapseness.distance(near.value.scalars.map { Double($0) })
    let factor = Float(exp(-max(0, gap)))
    let shift = geometry.distances(views.anchors, cleanAnchors).mean()
    return (closerHalf(far).mean() - shift).relu() * factor
  }

  /// L_TT = β·[mean d(a, p_top) − mean d(a, n_top) + γ_top]₊ over the closer halves: [1].
  package func topTriplets(_ views: TripletViews<Variable>, weight: Float, margin: Float) -> Variable {
    let (near, far) = distances(views)
    return (closerHalf(near).mean() - closerHalf(far).mean() + margin).relu() * weight
  }

  /// The ⌊m/2⌋ smallest of m distances, at least one.
  package func closerHalf(_ distances: Variable) -> Variable {
    let values = distances.value.scalars
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    return distances.rows(Array(order.prefix(max(1, values.count / 2))))
  }

  private func distances(_ views: TripletViews<Variable>) -> (near: Variable, far: Variable) {
    (geometry.distances(views.anchors, views.positives), geometry.distances(views.anchors, views.negatives))
  }

  private func distance(_ distances: Variable) -> Variable {
    weighsDistances ? collapseness.distance(distances) : distances.mean()
  }
}
