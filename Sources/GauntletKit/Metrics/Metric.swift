public import Gradients
public import Tensors

/// A differentiable image distance; smaller is more similar, and d(x, y) = d(y, x).
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
  /// The distance of each image to the other one at the same place, differentiable in both: [N, C, H, W], twice → [N].
  func distances(from images: Variable, to others: Variable) throws -> Variable
}

/// What a metric keeps of fixed images: one row an image, of the metric's own making (embeddings, or the images).
public struct Features: Sendable {
  public let values: Tensor

  public init(_ values: Tensor) { self.values = values }

  public var count: Int { values.rows }
  public func rows(_ indices: [Int]) -> Features { Features(values.rows(indices)) }
}

extension Metric {
  /// Each image's gradient with the other one fixed: what a symmetric distance allows, at the price of two forward passes
  /// more.
  public func distances(from images: Variable, to others: Variable) throws -> Variable {
    let fixed = try features(of: others.value)
    guard others.takesGradient else { return try distances(from: images, to: fixed) }
    let x = images.value
    let (own, other) = (Variable(leaf: x), Variable(leaf: others.value))
    let distances = try self.distances(from: own, to: fixed)
    return Variable(distances.value, from: [images, others]) { seed in
      let reversed = try self.distances(from: other, to: self.features(of: x))
      return [
        images.takesGradient ? try distances.gradient(of: own, seed: seed) : nil,
        try reversed.gradient(of: other, seed: seed),
      ]
    }
  }

  /// The distances of pairs, without gradient: [N].
  public func distances(_ images: Tensor, _ others: Tensor) throws -> Tensor {
    try distances(from: Variable(constant: images), to: features(of: others)).value
  }
}
