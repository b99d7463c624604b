internal import CKernels
internal import Gradients
internal import Tensors

/// One layer's part of a distance: of two stacks of feature planes [C, positions], with a gradient written by hand.
///
/// Samples are worked on in parallel, each by one worker from its first value to its last.
protocol LayerDistance: Sendable {
  /// C
  var channels: Int { get }
  func value(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, positions: Int) -> Double
  /// Overwrites `target` with `weight` · ∂value/∂x.
  func writeGradient(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, weight: Double, positions: Int,
    to target: UnsafeMutablePointer<Float>)
}

extension LayerDistance {
  /// [N, C, H, W], twice → [N].
  func callAsFunction(_ features: Variable, _ fixed: Tensor) -> Variable {
    let x = features.value
    let size = x.shape.rowCount
    let positions = size / channels
    precondition(
      x.shape == fixed.shape && x.shape[1] == channels, "features of \(x.shape) do not fit \(fixed.shape)")
    func forEachPair(_ body: @Sendable (Int, UnsafePointer<Float>, UnsafePointer<Float>) -> Void) {
      x.withScalars { a in
        fixed.withScalars { b in
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          let (first, second) = (Unchecked(a), Unchecked(b))
          Workers.forEach(x.rows) { body($0, first.value + $0 * size, second.value + $0 * size) }
        }
      }
    }
    let values = Tensor(unsafeUninitialized: [x.rows]) { target in
      let target = Unchecked(target)
      forEachPair { target.value[$0] = Float(value($1, $2, positions: positions)) }
    }
    return Variable(values, from: [features]) { seed in
      let gradient = Tensor(unsafeUninitialized: x.shape) { target in
        guard let base = target.baseAddress else { return }
        let target = Unchecked(base)
        seed.withScalars { seeds in
          let seeds = Unchecked(seeds)
          forEachPair {
            writeGradient(
              $1, $2, weight: Double(seeds.value[$0]), positions: positions, to: target.value + $0 * size)
          }
        }
      }
      return [gradient]
    }
  }
}

/// LPIPS: Σ over channels of w[c] (x̂ − ŷ)², averaged over positions; x̂ = x / (‖x‖ + 1e-10) at each position.
///
/// Where all channels of x vanish, as they do behind a rectifier, ‖x‖ has no derivative (PyTorch's gradient is a NaN
/// there): the subgradient 0 stands in.
struct UnitDistance: LayerDistance {
  let weights: [Float]
  var channels: Int { weights.count }
  private static let epsilon: Float = 1e-10

  func value(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, positions: Int) -> Double {
    withScratch(positions) {
      gk_unit_distance(x, y, weights, Self.epsilon, channels, positions, $0)
    }
  }

  func writeGradient(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, weight: Double, positions: Int,
    to target: UnsafeMutablePointer<Float>
  ) {
    withScratch(positions) {
      gk_unit_distance_gradient(x, y, weights, Self.epsilon, weight, channels, positions, $0, target)
    }
  }

  private func withScratch<Result>(_ positions: Int, _ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
    var scratch = [Float](repeating: 0, count: max(5 * positions, 1))
    return scratch.withUnsafeMutableBufferPointer { scratch in
      guard let base = scratch.baseAddress else { preconditionFailure("scratch without memory") }
      return body(base)
    }
  }
}

/// DISTS: Σ over channels of α[c] (1 − S₁) + β[c] (1 − S₂), S₁ of the planes' means (2 μxμy + k) / (μx² + μy² + k), S₂ of
/// their covariance (2 σxy + k) / (σx² + σy² + k), k = 1e-6.
struct TextureDistance: LayerDistance {
  let alpha: [Float]
  let beta: [Float]
  var channels: Int { alpha.count }
  private static let stabilizer = 1e-6

  func value(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, positions: Int) -> Double {
    gk_texture_distance(x, y, alpha, beta, Self.stabilizer, channels, positions)
  }

  func writeGradient(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, weight: Double, positions: Int,
    to target: UnsafeMutablePointer<Float>
  ) {
    gk_texture_distance_gradient(x, y, alpha, beta, Self.stabilizer, weight, channels, positions, target)
  }
}
