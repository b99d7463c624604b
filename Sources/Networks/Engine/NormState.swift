internal import Tensors

/// One norm of a program: which node it is, and its extent.
struct NormSpec: Sendable {
  let node: Int
  let name: String
  let epsilon: Float
  let layout: Layout
  /// Whether its statistics are those of the batch.
  let followsBatch: Bool
}

/// What a norm knows during one training step; arrays by channel, zero beyond the last.
final class NormState: @unchecked Sendable {
  let spec: NormSpec
  private let base: UnsafeMutablePointer<Float>
  private let size: Int
  private var variances: [(biased: Double, count: Double)]

  init(_ spec: NormSpec, _ parameters: Parameters) {
    self.spec = spec
    size = spec.layout.paddedChannels
    base = .allocate(capacity: size * 10)
    base.initialize(repeating: 0, count: size * 10)
    variances = Array(repeating: (0, 0), count: spec.layout.channels)
    for (target, name) in [(gamma, "weight"), (beta, "bias")] {
      parameters[spec.name + "." + name].withScalars { target.update(from: $0.baseAddress!, count: $0.count) }
    }
    if !spec.followsBatch {
      let means = parameters[spec.name + ".running_mean"]
      let variances = parameters[spec.name + ".running_var"]
      for c in 0..<spec.layout.channels {
        setStatistics(c, mean: Double(means[c]), variance: Double(variances[c]), count: 0)
      }
    }
  }

  deinit { base.deallocate() }

  private var gamma: UnsafeMutablePointer<Float> { base }
  private var beta: UnsafeMutablePointer<Float> { base + size }
  var mean: UnsafeMutablePointer<Float> { base + 2 * size }
  /// 1 / √(σ² + ε).
  var inverse: UnsafeMutablePointer<Float> { base + 3 * size }
  /// γ / √(σ² + ε).
  var scale: UnsafeMutablePointer<Float> { base + 4 * size }
  /// β − μ · scale.
  var shift: UnsafeMutablePointer<Float> { base + 5 * size }
  var gradientMean: UnsafeMutablePointer<Float> { base + 6 * size }
  var gradientDot: UnsafeMutablePointer<Float> { base + 7 * size }
  var scaleGradient: UnsafeMutablePointer<Float> { base + 8 * size }
  var shiftGradient: UnsafeMutablePointer<Float> { base + 9 * size }

  func setStatistics(_ c: Int, mean mu: Double, variance: Double, count: Double) {
    let width = 1 / (variance + Double(spec.epsilon)).squareRoot()
    mean[c] = Float(mu)
    inverse[c] = Float(width)
    scale[c] = Float(Double(gamma[c]) * width)
    shift[c] = Float(Double(beta[c]) - mu * Double(gamma[c]) * width)
    variances[c] = (variance, count)
  }

  func gradient(_ pointer: UnsafeMutablePointer<Float>) -> Tensor {
    Tensor(Array(UnsafeBufferPointer(start: pointer, count: spec.layout.channels)), [spec.layout.channels])
  }

  /// Moves the running statistics towards the batch's: momentum 0.1, variance unbiased, as PyTorch.
  func updateRunning(_ parameters: inout Parameters) {
    parameters[spec.name + ".running_mean"].withMutableScalars { running in
      for c in running.indices { running[c] = 0.9 * running[c] + 0.1 * mean[c] }
    }
    parameters[spec.name + ".running_var"].withMutableScalars { running in
      for c in running.indices {
        let (biased, count) = variances[c]
        // PyTorch refuses a batch of one value; there is no unbiased variance then.
        let unbiased = biased * count / max(count - 1, 1)
        running[c] = 0.9 * running[c] + 0.1 * Float(unbiased)
      }
    }
  }
}
