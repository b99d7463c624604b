package import GauntletKit
package import Gradients
internal import Tensors

/// The triplet loss L_T(a, p, n; γ) = max(0, d(a,p) − d(a,n) + γ) of placed embeddings, as one number.
package struct TripletLoss: Sendable {
  package let geometry: Geometry
  /// γ
  package let margin: Float

  package init(geometry: Geometry, margin: Float) {
    self.geometry = geometry
    self.margin = margin
  }

  /// The margin of the literature: 0.2 on the sphere and for cosines, 1 for raw embeddings.
  package static func defaultMargin(_ geometry: Geometry) -> Float { geometry == .euclidean ? 1 : 0.2 }

  /// The mean over triplets that stand at the same place: three of [m, D] → [1].
  ///
  /// ∂/∂a = ∂d(a,p) − ∂d(a,n) where the loss is above 0, else 0; the mean counts inactive triplets.
  package func mean(anchors: Variable, positives: Variable, negatives: Variable) -> Variable {
    let hardness = geometry.distances(anchors, positives) - geometry.distances(anchors, negatives)
    return (hardness + margin).relu().mean()
  }

  /// The mean over all active triples: every (a, p, n) of an anchor, a candidate of its class and a candidate of another
  /// class with L_T > 0. [A, D], [C, D] → [1]; 0 if none is active.
  ///
  /// Averaging over the active ones alone keeps the gradient's size while the easy ones die out: what the mean over
  /// sampled triplets lacks when it collapses.
  ///
  /// - Parameter isSelf: whether a candidate is the anchor's own picture, and so neither a positive nor a negative.
  package func meanOfActive(
    anchors: Variable, labels: [Int], candidates: Variable, candidateLabels: [Int],
    isSelf: (_ anchor: Int, _ candidate: Int) -> Bool
  ) -> (loss: Variable, active: Int) {
    let distances = allDistances(anchors, candidates)
    let (rows, columns) = (labels.count, candidateLabels.count)
    precondition(distances.shape == [rows, columns], "\(distances.shape) distances for \(rows) and \(columns) labels")
    // How often an entry stands in an active triple: as a positive counts up, as a negative down.
    var weights = [Float](repeating: 0, count: rows * columns)
    var (active, total) = (0, 0.0)
    distances.value.withScalars { d in
      for a in 0..<rows {
        let row = a * columns
        let positives = (0..<columns).filter { candidateLabels[$0] == labels[a] && !isSelf(a, $0) }
        let negatives = (0..<columns).filter { candidateLabels[$0] != labels[a] }
        for p in positives {
          for n in negatives {
            let loss = d[row + p] - d[row + n] + margin
            guard loss > 0 else { continue }
            weights[row + p] += 1
            weights[row + n] -= 1
            active += 1
            total += Double(loss)
          }
        }
      }
    }
    let share = Float(1 / Double(max(active, 1)))
    let counts = Tensor(weights, [rows, columns])
    let loss = Variable(Tensor([Float(total / Double(max(active, 1)))], [1]), from: [distances]) { g in
      [counts * (share * g[0])]
    }
    return (loss, active)
  }

  private func allDistances(_ a: Variable, _ b: Variable) -> Variable {
    switch geometry {
    case .sphere, .euclidean: distanceMatrix(a, b)
    case .cosine: 1 - productMatrix(a, b)
    }
  }
}
