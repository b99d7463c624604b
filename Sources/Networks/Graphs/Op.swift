/// Two extents of a window, a step or a margin: vertical and horizontal.
public struct Extent: Hashable, Sendable {
  public var height: Int
  public var width: Int

  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  public init(_ both: Int) { self.init(both, both) }
}

/// What a node of a graph computes. Values are [N, C, H, W], or [N, D] after `flatten` and `globalAveragePool`.
public enum Op: Hashable, Sendable {
  /// (x − mean[c]) / deviation[c]: the pixel normalisation, without trainable parameters.
  case affine(mean: [Float], deviation: [Float])
  /// Cross-correlation with zero padding, weight [outputs, inputs / groups, kernel], bias [outputs] if asked for.
  case convolution(
    inputs: Int, outputs: Int, kernel: Extent, stride: Extent, padding: Extent, dilation: Extent, groups: Int,
    bias: Bool)
  /// γ (x − μ) / √(σ² + ε) + β by channel.
  case batchNorm(channels: Int, epsilon: Float)
  /// max(x, 0); its gradient at 0 is 0.
  case relu
  /// The largest of each window, padded by −∞; a tie's gradient goes to the first in row-major order.
  case maxPool(size: Extent, stride: Extent, padding: Extent)
  /// The mean of each window; padding zeros count in the divisor if `countsPadding`, as in PyTorch's default.
  case averagePool(size: Extent, stride: Extent, padding: Extent, countsPadding: Bool)
  /// The mean over all positions: [N, C, H, W] → [N, C].
  case globalAveragePool
  /// [N, C, H, W] → [N, C·H·W], row-major.
  case flatten
  /// x · weightᵀ + bias, weight [outputs, inputs], bias [outputs] if asked for: [N, inputs] → [N, outputs].
  case linear(inputs: Int, outputs: Int, bias: Bool)
  /// The sum of two values of one shape.
  case add

  /// A convolution with square extents.
  public static func convolution(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
    bias: Bool = true
  ) -> Op {
    .convolution(
      inputs: inputs, outputs: outputs, kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding),
      dilation: Extent(dilation), groups: groups, bias: bias)
  }

  /// How many values it takes.
  public var arity: Int { self == .add ? 2 : 1 }
}
