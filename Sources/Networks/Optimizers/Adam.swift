internal import CKernels
internal import Glibc
public import Tensors

/// Adam (Kingma & Ba, 2015): m = β₁m + (1 − β₁)g; v = β₂v + (1 − β₂)g²;
/// p −= rate · m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
///
/// Weight decay adds λp to g, as `torch.optim.Adam`; decoupled, it shrinks p by 1 − rate · λ first, as
/// `torch.optim.AdamW` (Loshchilov & Hutter, 2019).
public struct Adam: Optimizer, Sendable {
  public var learningRate: Double
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double
  public let weightDecay: Double
  public let isDecoupled: Bool
  private var memory = OptimizerState(kinds: ["mean", "square"])

  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0, decoupled: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    isDecoupled = decoupled
  }

  public var state: [String: Tensor] { memory.dictionary }
  public mutating func restore(_ state: [String: Tensor]) throws { try memory.restore(state) }

  public mutating func update(_ parameters: inout Parameters, gradients: [String: Tensor]) throws {
    memory.step += 1
    let time = Double(memory.step)
    let step = Float(learningRate / (1 - pow(beta1, time)))
    let correction = Float((1 - pow(beta2, time)).squareRoot())
    let (b1, b2, tiny) = (Float(beta1), Float(beta2), Float(epsilon))
    let decay = isDecoupled ? 0 : Float(weightDecay)
    let shrink = isDecoupled ? Float(1 - learningRate * weightDecay) : 1
    try parameters.forEachGradient(gradients) { name, parameter, gradient in
      var mean = try memory.take("mean", name, parameter.shape)
      var square = try memory.take("square", name, parameter.shape)
      parameter.withMutableScalars { p in
        mean.withMutableScalars { m in
          square.withMutableScalars { v in
            gradient.withScalars { g in
              let pointers = Unchecked((p.baseAddress!, g.baseAddress!, m.baseAddress!, v.baseAddress!))
              forEachPiece(of: p.count) { start, size in
                let (p, g, m, v) = pointers.value
                gk_net_adam(
                  p + start, g + start, m + start, v + start, size, step, b1, b2, correction, tiny, decay, shrink)
              }
            }
          }
        }
      }
      memory.put("mean", name, mean)
      memory.put("square", name, square)
    }
  }
}

/// `Adam` with decoupled weight decay, 0.01 by default as in PyTorch.
public struct AdamW: Optimizer, Sendable {
  private var adam: Adam

  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0.01
  ) {
    adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      decoupled: true)
  }

  public var learningRate: Double {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }
  public var state: [String: Tensor] { adam.state }
  public mutating func restore(_ state: [String: Tensor]) throws { try adam.restore(state) }
  public mutating func update(_ parameters: inout Parameters, gradients: [String: Tensor]) throws {
    try adam.update(&parameters, gradients: gradients)
  }
}
