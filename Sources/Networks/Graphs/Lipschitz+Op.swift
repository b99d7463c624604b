internal import Tensors

extension Graph.Node {
  /// A bound of ‖f(x) − f(y)‖₂ / ‖x − y‖₂ over all x ≠ y for this node alone, in evaluation; 1 for nodes that join.
  func lipschitzConstant(_ parameters: Parameters, input: Shape, output: Shape) -> LipschitzConstant {
    func values(_ suffix: String) -> [Double] { parameters[parameter(suffix)].scalars.map { Double($0) } }
    func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
    switch op {
    case .relu, .flatten, .padChannels, .slice, .reshape, .tokens, .prependTokens, .positions, .dropout, .add, .concat:
      // Contractions, copies, translations; dropout does nothing in evaluation.
      return .finite(1)
    case .affine(_, let deviation): return .finite(deviation.map { inverse(abs(Double($0))) }.max() ?? 0)
    case .convolution(let inputs, let outputs, let kernel, let stride, _, let dilation, let groups, _):
      return .finite(
        ConvolutionNorm(
          weight: parameters[parameter("weight")].scalars, inputs: inputs, outputs: outputs, kernel: kernel,
          stride: stride, dilation: dilation, groups: groups
        ).bound)
    case .transposedConvolution(
      let inputs, let outputs, let kernel, let stride, _, _, let dilation, let groups, _):
      // The adjoint of the convolution from its results to its operands.
      return .finite(
        ConvolutionNorm(
          weight: parameters[parameter("weight")].scalars, inputs: outputs, outputs: inputs, kernel: kernel,
          stride: stride, dilation: dilation, groups: groups
        ).bound)
    case .linear(let inputs, let outputs, _):
      return .finite(
        parameters[parameter("weight")].withScalars { w in
          DenseMatrix(outputs, inputs) { Double(w[$0 * inputs + $1]) }.leastBound
        })
    case .projection(let inputs, let outputs):
      return .finite(
        parameters[name].withScalars { w in DenseMatrix(inputs, outputs) { Double(w[$0 * outputs + $1]) }.leastBound })
    case .patchEmbedding(let inputs, let outputs, let patch, _):
      return .finite(
        ConvolutionNorm(
          weight: parameters[parameter("weight")].scalars, inputs: inputs, outputs: outputs, kernel: Extent(patch),
          stride: Extent(patch), dilation: Extent(1), groups: 1
        ).bound)
    case .batchNorm(let channels, let epsilon):
      let (gamma, variance) = (values("weight"), values("running_var"))
      return .finite(
        (0..<channels).map { roundedUp(abs(gamma[$0]) / (variance[$0] + Double(epsilon)).squareRoot()) }.max() ?? 0)
    case .layerNorm(_, let epsilon):
      // With P the centring, v = P x, D features and s² = |v|² / D + ε, the Jacobian is γ (P − v vᵀ / (D s²)) / s. The
      // middle factor has eigenvalues in [0, 1], and s ≥ √ε; constant rows attain the bound.
      return .finite(roundedUp(largest(values("weight")) / Double(epsilon).squareRoot()))
    case .gelu(let kind): return .finite(kind.largestSlope)
    case .sigmoid:
      // y (1 − y) ≤ 1/4.
      return .finite(0.25)
    case .softmax:
      // The Jacobian diag(p) − p pᵀ is symmetric; its rows sum to 2 p_i (1 − p_i) ≤ 1/2 in absolute value.
      return .finite(0.5)
    case .attention:
      return .infinite(
        "dot-product attention has no finite Lipschitz constant: its scores grow with the square of its tokens")
    case .scale(let factor): return .finite(abs(Double(factor)))
    case .channelScale: return .finite(largest(values("gamma")))
    case .maxPool(let size, let stride, _, _):
      // |max − max′| of a window is at most the largest difference in it, and a pixel is in so many windows at most.
      func overlap(_ size: Int, _ stride: Int, _ count: Int) -> Int { min((size + stride - 1) / stride, count) }
      let windows =
        overlap(size.height, stride.height, output[2]) * overlap(size.width, stride.width, output[3])
      return .finite(root(windows))
    case .averagePool(let size, let stride, let padding, let counts, _, let divisor):
      func axis(_ place: Int, _ size: Int, _ stride: Int, _ padding: Int) -> WindowAverage.Axis {
        WindowAverage.Axis(
          input[place], count: output[place], size: size, stride: stride, padding: padding, countsPadding: counts,
          isDivided: divisor == nil)
      }
      let rows = axis(2, size.height, stride.height, padding.height).bound(of: input[2])
      let columns = axis(3, size.width, stride.width, padding.width).bound(of: input[3])
      return .finite(quotient(productRoundedUp(rows, columns), abs(divisor ?? 1)))
    case .adaptiveAveragePool(let size):
      return .finite(
        productRoundedUp(
          WindowAverage.Axis(covering: input[2], count: size.height).bound(of: input[2]),
          WindowAverage.Axis(covering: input[3], count: size.width).bound(of: input[3])))
    case .globalAveragePool: return .finite(inverse(Double(input[2] * input[3]).squareRoot()))
    case .l2Normalize(let epsilon):
      // Outside of the ball of radius ε the Jacobian is (I − u uᵀ) / |x|, inside I / ε.
      return .finite(inverse(Double(epsilon)))
    case .sllConvolution, .sllLinear:
      // Where diag(t) is at most the inverse of the Gram matrix, in the order of symmetric matrices, the block is
      // 1-Lipschitz (Araujo et al. 2023, theorem 3). t = 1 / Σ_j |G_ij| exp(q_j − q_i) makes it so by diagonal dominance.
      // A zero-padded convolution is R K E with K on the infinite plane, E an extension by zeros and R a restriction:
      // Eᵀ Kᵀ Rᵀ t R K E is at most Eᵀ (Kᵀ t K) E, so the correlations of whole filters suffice.
      return .finite(1)
    }
  }

  private func inverse(_ value: Double) -> Double { quotient(1, value) }

  /// Exact where the division is.
  private func quotient(_ a: Double, _ b: Int) -> Double { quotient(a, Double(b)) }

  private func quotient(_ a: Double, _ b: Double) -> Double {
    let value = a / b
    return (-a).addingProduct(value, b) == 0 ? value : roundedUp(value)
  }

  private func root(_ count: Int) -> Double {
    let value = Double(count).squareRoot()
    return (-Double(count)).addingProduct(value, value) == 0 ? value : value.nextUp
  }
}

extension GELU {
  /// The largest |slope|. The slopes' extrema, where the second derivative vanishes:
  /// - exact: φ(x) (2 − x²) = 0 at x = ±√2, where the slopes are 1.128904145… and −0.1289…;
  /// - tanh: at ±1.418504…, 1.128993068…;
  /// - quick: with u = 1.702 x at u tanh(u / 2) = 2, u = ±2.399357…, 1.099839320….
  /// Slopes at x and −x add up to 1 and tend to 1 and 0, so no other |slope| is larger. Rounded up.
  var largestSlope: Double {
    switch self {
    case .exact: 1.128_904_146
    case .tanh: 1.128_993_069
    case .quick: 1.099_839_321
    }
  }
}

extension WindowAverage.Axis {
  /// Of the matrix that makes windows of an axis; factors are 1 / n, here of full precision.
  func bound(of extent: Int) -> Double {
    let matrix = DenseMatrix(starts.count, extent) { window, place in
      Int(starts[window]) <= place && place < Int(ends[window])
        ? 1 / (1 / Double(factors[window])).rounded() : 0
    }
    return min(matrix.sumBound, matrix.spectralBound)
  }
}
