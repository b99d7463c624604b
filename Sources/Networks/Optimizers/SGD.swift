internal import CKernels
public import Tensors

/// Stochastic gradient descent with momentum: d = g + λp; m = μm + d (m = d at first); p −= rate · m, or, with Nesterov,
/// p −= rate · (d + μm). As `torch.optim.SGD` without dampening.
public struct SGD: Optimizer, Sendable {
  public var learningRate: Double
  public let momentum: Double
  public let weightDecay: Double
  public let isNesterov: Bool
  private var memory = OptimizerState(kinds: ["momentum"])

  public init(learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, nesterov: Bool = false) {
    precondition(!nesterov || momentum > 0, "Nesterov's rule needs a momentum above 0")
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    isNesterov = nesterov
  }

  public var state: [String: Tensor] { memory.dictionary }
  public mutating func restore(_ state: [String: Tensor]) throws { try memory.restore(state) }

  public mutating func update(_ parameters: inout Parameters, gradients: [String: Tensor]) throws {
    let (rate, decay, mu, nesterov) = (Float(learningRate), Float(weightDecay), Float(momentum), isNesterov)
    try parameters.forEachGradient(gradients) { name, parameter, gradient in
      let isFirst = memory.tensors["momentum"]?[name] == nil
      var momentum = mu == 0 ? Tensor(zeros: [0]) : try memory.take("momentum", name, parameter.shape)
      parameter.withMutableScalars { p in
        momentum.withMutableScalars { m in
          gradient.withScalars { g in
            let pointers = Unchecked((p.baseAddress!, g.baseAddress!, m.baseAddress!))
            forEachPiece(of: p.count) { start, size in
              let (p, g, m) = pointers.value
              gk_net_sgd(
                p + start, g + start, mu == 0 ? nil : m + start, size, rate, decay, mu, nesterov ? 1 : 0,
                isFirst ? 1 : 0)
            }
          }
        }
      }
      if mu != 0 { memory.put("momentum", name, momentum) }
    }
    memory.step += 1
  }
}
