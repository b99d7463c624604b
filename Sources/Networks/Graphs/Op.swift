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

/// What a node of a graph computes. Values are images [N, C, H, W], token sequences [N, T, D], or rows [N, D].
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
  /// The adjoint of a convolution, weight [inputs, outputs / groups, kernel], bias [outputs] if asked for;
  /// `extra` rows and columns are added behind (PyTorch's `output_padding`).
  case transposedConvolution(
    inputs: Int, outputs: Int, kernel: Extent, stride: Extent, padding: Extent, extra: Extent, dilation: Extent,
    groups: Int, bias: Bool)
  /// The largest of each window, padded by −∞; a tie's gradient goes to the first in row-major order. With `roundsUp`
  /// the last window may reach past the padding, as long as it begins inside (PyTorch's `ceil_mode`).
  case maxPool(size: Extent, stride: Extent, padding: Extent, roundsUp: Bool = false)
  /// The mean of each window; padding zeros count in the divisor if `countsPadding`, as in PyTorch's default. What
  /// `roundsUp` lets a window reach past the padding never counts. A `divisor` replaces the count of positions.
  case averagePool(
    size: Extent, stride: Extent, padding: Extent, countsPadding: Bool, roundsUp: Bool = false, divisor: Int? = nil)
  /// The mean of H′ × W′ windows that cover the image, window i from ⌊i H / H′⌋ to ⌈(i + 1) H / H′⌉.
  case adaptiveAveragePool(Extent)
  /// The mean over all positions: [N, C, H, W] → [N, C].
  case globalAveragePool
  /// [N, C, H, W] → [N, C·H·W], row-major.
  case flatten
  /// x · weightᵀ + bias, weight [outputs, inputs], bias [outputs] if asked for: [N, inputs] → [N, outputs], and the same
  /// for every token of [N, T, inputs].
  case linear(inputs: Int, outputs: Int, bias: Bool)
  /// x · P without bias, the parameter P [inputs, outputs] having the node's own name.
  case projection(inputs: Int, outputs: Int)
  /// The sum of two values of one shape.
  case add
  /// γ (x − μ) / √(σ² + ε) + β with mean and variance over the last axis of rows or tokens.
  case layerNorm(features: Int, epsilon: Float)
  /// x Φ(x), or one of its approximations.
  case gelu(GELU)
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// exp(x − max x) / Σ exp(x − max x) over the last axis of rows or tokens.
  case softmax
  /// Multi-head self-attention of queries, keys and values that lie side by side, [N, T, 3 D] → [N, T, D]: head h reads
  /// columns h d ..< (h + 1) d of each, d = D / heads, and gives softmax(Q Kᵀ / √d) V.
  case attention(heads: Int)
  /// x · factor.
  case scale(Float)
  /// x · γ by channel of an image or by last axis of rows and tokens; parameter `gamma`, which begins at `start`.
  case channelScale(features: Int, start: Float)
  /// Zero channels behind the image's own, `channels` in all.
  case padChannels(to: Int)
  /// Values side by side: channels of images, tokens of sequences, columns of rows.
  case concat(count: Int)
  /// A range of axis 1: channels of images, tokens of sequences, columns of rows.
  case slice(Range<Int>)
  /// The same scalars, row-major, with other extents for each image.
  case reshape([Int])
  /// [N, C, H, W] → [N, H·W, C]: every position becomes a token.
  case tokens
  /// Every patch of an image times a matrix, as a token: a convolution whose stride is its kernel, weight
  /// [outputs, inputs, patch, patch], bias [outputs] if asked for, and `tokens` behind it.
  case patchEmbedding(inputs: Int, outputs: Int, patch: Int, bias: Bool)
  /// Learned tokens before the others. The parameter has the node's own name, and the shape [1, count, features], or
  /// [features] if `isFlat`.
  case prependTokens(count: Int, features: Int, isFlat: Bool)
  /// Adds a learned embedding by position. The parameter has the node's own name; it was made for `leading` tokens
  /// followed by `grid`, and is resized to the sequence's own square grid (`positions` of which it says how).
  case positions(PositionEmbedding)
  /// In training, zeros with this probability and the rest divided by what is left; in evaluation nothing.
  case dropout(Float)
  /// x / max(‖x‖₂, ε) for rows.
  case l2Normalize(epsilon: Float)
  /// x − 2 Kᵀ(t ⊙ relu(K x + b)): the 1-Lipschitz residual block of Araujo et al., "A unified algebraic perspective on
  /// Lipschitz neural networks" (2023), with a 3×3 kernel [inner, channels, 3, 3], bias [1, inner, 1, 1] and the inert
  /// `q` [inner]; t_i = 1 / Σ |K K̃|, 0 where the sum is 0.
  case sllConvolution(channels: Int, inner: Int)
  /// The same with a matrix [inner, features], bias [1, inner], `q` [inner]; t_i = 1 / Σ_j |W Wᵀ|_ij exp(q_j − q_i).
  case sllLinear(features: Int, inner: Int)

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
  public var arity: Int {
    switch self {
    case .add: 2
    case .concat(let count): count
    default: 1
    }
  }
}

/// Which function a GELU is.
public enum GELU: String, Hashable, Sendable, CaseIterable {
  /// x Φ(x), with the error function.
  case exact
  /// x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
  case tanh
  /// x / (1 + exp(−1.702 x)).
  case quick
}

/// A position embedding as it is stored, and how it is resized to another grid.
public struct PositionEmbedding: Hashable, Sendable {
  /// How the grid's part is interpolated; the `leading` part stays as it is.
  public enum Resizing: Hashable, Sendable {
    /// PyTorch's bicubic interpolation (a = −0.75, half-pixel centres, clamped borders), the source coordinate being
    /// scaled by grid / (wanted + offset). DINO and DINOv2 add an offset of 0.1 to the wanted extent.
    case bicubic(offset: Double)
    /// Bicubic with the kernel (a = −0.5) stretched when it shrinks, as timm does.
    case bicubicAntialiased
  }

  /// Embeddings before the grid's: 1 for a class token.
  public var leading: Int
  public var grid: Extent
  public var features: Int
  /// [tokens, features] rather than [1, tokens, features].
  public var isFlat: Bool
  public var resizing: Resizing

  public init(leading: Int, grid: Extent, features: Int, isFlat: Bool, resizing: Resizing) {
    self.leading = leading
    self.grid = grid
    self.features = features
    self.isFlat = isFlat
    self.resizing = resizing
  }

  /// Tokens as they are stored.
  public var count: Int { leading + grid.height * grid.width }
}
