public import Gradients
public import Tensors

/// A metric that compares embeddings: what retrieval, certificates and distillation need.
public protocol EmbeddingMetric: Metric {
  var geometry: Geometry { get }
  /// D
  var dimension: Int { get }
  /// [N, C, H, W] → [N, D], before normalisation; differentiable in `images`.
  func embed(_ images: Variable) throws -> Variable
  /// How far embeddings can move when pixels do; nil where nothing is proved. May take a while.
  func lipschitzClaim() throws -> LipschitzClaim?
}

extension EmbeddingMetric {
  public func lipschitzClaim() throws -> LipschitzClaim? { nil }
}

extension EmbeddingMetric {
  /// Placed embeddings of images, without gradient: [N, C, H, W] → [N, D].
  public func placedEmbeddings(of images: Tensor) throws -> Tensor {
    geometry.placed(Variable(constant: try embed(Variable(constant: images)).value)).value
  }

  public func features(of images: Tensor) throws -> Features { Features(try placedEmbeddings(of: images)) }

  public func distances(from images: Variable, to fixed: Features) throws -> Variable {
    geometry.distances(geometry.placed(try embed(images)), Variable(constant: fixed.values))
  }

  public func distances(from images: Variable, to others: Variable) throws -> Variable {
    geometry.distances(geometry.placed(try embed(images)), geometry.placed(try embed(others)))
  }
}
