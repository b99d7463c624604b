public import Gradients
public import Tensors

/// A differentiable image distance; smaller is more similar.
///
/// A sample's distance depends on its own images alone, to the bit: not on the rest of the batch, nor on its place in it.
public protocol Metric: Sendable {
  var card: Card { get }
  /// The images that it takes.
  var input: ImageRequirement { get }
  /// What the metric needs of images that stay fixed: computed once, without gradient.
  func features(of images: Tensor) throws -> Features
  /// The distance of each image to the fixed one at the same place: [N, C, H, W] → [N], differentiable in `images`.
  func distances(from images: Variable, to fixed: Features) throws -> Variable
}

/// What a metric keeps of fixed images: one row an image, of the metric's own making (embeddings, or the images).
public struct Features: Sendable {
  public let values: Tensor

  public init(_ values: Tensor) { self.values = values }

  public var count: Int { values.rows }
  public func rows(_ indices: [Int]) -> Features { Features(values.rows(indices)) }
}

extension Metric {
  /// The distances of pairs, without gradient: [N].
  public func distances(_ images: Tensor, _ others: Tensor) throws -> Tensor {
    try distances(from: Variable(constant: images), to: features(of: others)).value
  }
}
