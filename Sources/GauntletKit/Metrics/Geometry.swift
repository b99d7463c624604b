public import Gradients
public import Tensors

/// How an embedding metric measures: the "metric letter" of the retrieval literature.
public enum Geometry: String, Hashable, Sendable, Codable, CaseIterable {
  /// Embeddings divided by their ℓ2 norm, Euclidean distance, range [0, 2]. The default of the papers.
  case sphere = "N"
  /// Raw embeddings, Euclidean distance.
  case euclidean = "E"
  /// Embeddings divided by their ℓ2 norm, 1 − cosine similarity, range [0, 2].
  case cosine = "C"

  public var isNormalized: Bool { self != .euclidean }

  /// Raw embeddings as this geometry compares them: x / max(‖x‖₂, 1e-12), or x itself. [N, D] → [N, D].
  public func placed(_ embeddings: Tensor) -> Tensor { isNormalized ? embeddings.normalizedRows() : embeddings }

  /// The same on the tape.
  public func placed(_ embeddings: Variable) -> Variable {
    isNormalized ? embeddings.normalizedRows() : embeddings
  }

  /// The distance of placed embeddings, row by row: [N, D], [N, D] → [N].
  public func distances(_ a: Variable, _ b: Variable) -> Variable {
    switch self {
    case .sphere, .euclidean: pairedDistances(a, b)
    case .cosine: 1 - pairedProducts(a, b)
    }
  }

  /// All distances of placed embeddings to fixed ones: [N, D], [M, D] → [N, M].
  public func distances(_ a: Variable, toAll fixed: Tensor) -> Variable {
    switch self {
    case .sphere, .euclidean: distanceMatrix(a, fixed)
    case .cosine: 1 - productMatrix(a, fixed)
    }
  }

  /// The same without gradient, with the same bits.
  public func distances(_ a: Tensor, toAll fixed: Tensor) -> Tensor {
    distances(Variable(constant: a), toAll: fixed).value
  }
}
