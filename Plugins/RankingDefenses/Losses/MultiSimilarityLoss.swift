package import Gradients
internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

/// The multi-similarity loss over all pairs of a batch (Wang et al., CVPR 2019).
///
/// With cosines s, mean over anchors of (1/α) ln(1 + Σ_P exp(−α(s − λ))) + (1/β) ln(1 + Σ_N exp(β(s − λ))): P the positives
/// (others of the class) with s < max_N s + ε, N the negatives with s > min_P s − ε, maxima and minima over all of their
/// kind. An anchor without a positive or a negative left counts as 0. α = 2, β = 40, λ = 0.5, ε = 0.1.
package struct MultiSimilarityLoss: Sendable {
  package var positiveWeight: Float = 2
  package var negativeWeight: Float = 40
  package var threshold: Float = 0.5
  package var margin: Float = 0.1

  package init() {}

  /// [N, D] on the unit sphere → [1]; the gradient is that of both factors of the cosines.
  package func mean(_ embeddings: Variable, labels: [Int]) -> Variable {
    let similarities = productMatrix(embeddings, embeddings)
    let count = labels.count
    precondition(similarities.shape == [count, count], "\(similarities.shape) similarities, \(count) labels")
    var gradient = [Float](repeating: 0, count: count * count)
    var total = 0.0
    similarities.value.withScalars { s in
      for a in 0..<count {
        let row = a * count
        let others = labels.indices.filter { $0 != a }
        let positives = others.filter { labels[$0] == labels[a] }
        let negatives = others.filter { labels[$0] != labels[a] }
        guard let hardest = negatives.map({ s[row + $0] }).max(), let easiest = positives.map({ s[row + $0] }).min()
        else { continue }
        let near = positives.filter { s[row + $0] < hardest + margin }
        let far = negatives.filter { s[row + $0] > easiest - margin }
        guard !near.isEmpty, !far.isEmpty else { continue }
        for (rows, weight) in [(near, -positiveWeight), (far, negativeWeight)] {
          let terms = rows.map { exp(Double(weight) * Double(s[row + $0] - threshold)) }
          let sum = 1 + terms.reduce(0, +)
          total += log(sum) / Double(abs(weight))
          for (column, term) in zip(rows, terms) {
            gradient[row + column] += Float((weight < 0 ? -1 : 1) * term / sum / Double(count))
          }
        }
      }
    }
    let slope = Tensor(gradient, [count, count])
    return Variable(Tensor([Float(total / Double(max(count, 1)))], [1]), from: [similarities]) { g in [slope * g[0]] }
  }
}
