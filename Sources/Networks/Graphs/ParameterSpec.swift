public import Tensors

/// One named tensor of a graph.
public struct ParameterSpec: Hashable, Sendable {
  /// What a parameter is for.
  public enum Role: Hashable, Sendable { case weight, bias, scale, shift, runningMean, runningVariance }

  /// How a parameter begins, as in PyTorch.
  public enum Start: Hashable, Sendable {
    case constant(Float)
    /// Uniform in ±bound.
    case uniform(bound: Float)
    /// Normal with mean 0.
    case normal(deviation: Float)
  }

  /// The name in a state dict, such as `layer1.0.conv1.weight`.
  public let name: String
  public let shape: Shape
  public let role: Role
  public let start: Start

  /// Whether an optimiser changes it; running statistics follow the batches instead.
  public var isTrainable: Bool { role != .runningMean && role != .runningVariance }
}

extension Op {
  /// The parameters of a node named `name`, in the order of PyTorch's state dicts.
  ///
  /// A convolution with bias and a linear layer begin uniform in ±1/√(fan in); a convolution without bias, which is how
  /// residual networks write those before a batch norm, begins Kaiming normal over its fan out (torchvision).
  func parameters(named name: String) -> [ParameterSpec] {
    func spec(_ suffix: String, _ shape: Shape, _ role: ParameterSpec.Role, _ start: ParameterSpec.Start)
      -> ParameterSpec
    {
      ParameterSpec(name: Graph.Node.parameter(suffix, of: name), shape: shape, role: role, start: start)
    }
    switch self {
    case .convolution(let inputs, let outputs, let kernel, _, _, _, let groups, let bias):
      let shape: Shape = [outputs, inputs / max(groups, 1), kernel.height, kernel.width]
      if !bias {
        let fan = Float(max(outputs * kernel.height * kernel.width, 1))
        return [spec("weight", shape, .weight, .normal(deviation: (2 / fan).squareRoot()))]
      }
      let bound = 1 / Float(max(shape.rowCount, 1)).squareRoot()
      return [
        spec("weight", shape, .weight, .uniform(bound: bound)), spec("bias", [outputs], .bias, .uniform(bound: bound)),
      ]
    case .linear(let inputs, let outputs, let bias):
      let bound = 1 / Float(max(inputs, 1)).squareRoot()
      let weight = spec("weight", [outputs, inputs], .weight, .uniform(bound: bound))
      return bias ? [weight, spec("bias", [outputs], .bias, .uniform(bound: bound))] : [weight]
    case .patchEmbedding(let inputs, let outputs, let patch, let bias):
      let bound = 1 / Float(inputs * patch * patch).squareRoot()
      let weight = spec("weight", [outputs, inputs, patch, patch], .weight, .uniform(bound: bound))
      return bias ? [weight, spec("bias", [outputs], .bias, .uniform(bound: bound))] : [weight]
    case .projection(let inputs, let outputs):
      return [
        ParameterSpec(
          name: name, shape: [inputs, outputs], role: .weight,
          start: .normal(deviation: 1 / Float(inputs).squareRoot()))
      ]
    case .batchNorm(let channels, _):
      return [
        spec("weight", [channels], .scale, .constant(1)), spec("bias", [channels], .shift, .constant(0)),
        spec("running_mean", [channels], .runningMean, .constant(0)),
        spec("running_var", [channels], .runningVariance, .constant(1)),
      ]
    case .transposedConvolution(let inputs, let outputs, let kernel, _, _, _, _, let groups, let bias):
      let shape: Shape = [inputs, outputs / max(groups, 1), kernel.height, kernel.width]
      let bound = 1 / Float(max(shape.rowCount, 1)).squareRoot()
      let weight = spec("weight", shape, .weight, .uniform(bound: bound))
      return bias ? [weight, spec("bias", [outputs], .bias, .uniform(bound: bound))] : [weight]
    case .layerNorm(let features, _):
      return [
        spec("weight", [features], .scale, .constant(1)), spec("bias", [features], .shift, .constant(0)),
      ]
    case .channelScale(let features, let start): return [spec("gamma", [features], .scale, .constant(start))]
    case .prependTokens(let count, let features, let isFlat):
      return [
        ParameterSpec(
          name: name, shape: isFlat ? [features] : [1, count, features], role: .weight,
          start: .normal(deviation: 0.02))
      ]
    case .positions(let embedding):
      let shape: Shape =
        embedding.isFlat ? [embedding.count, embedding.features] : [1, embedding.count, embedding.features]
      return [ParameterSpec(name: name, shape: shape, role: .weight, start: .normal(deviation: 0.02))]
    case .sllConvolution(let channels, let inner):
      return [
        spec(
          "kernel", [inner, channels, 3, 3], .weight,
          .normal(deviation: (2 / Float(9 * (channels + inner))).squareRoot())),
        spec("bias", [1, inner, 1, 1], .bias, .uniform(bound: 1 / Float(9 * channels).squareRoot())),
        spec("q", [inner], .scale, .normal(deviation: 1)),
      ]
    case .sllLinear(let features, let inner):
      return [
        spec(
          "weight", [inner, features], .weight, .normal(deviation: (2 / Float(features + inner)).squareRoot())),
        spec("bias", [1, inner], .bias, .uniform(bound: 1 / Float(features).squareRoot())),
        spec("q", [inner], .scale, .normal(deviation: 1)),
      ]
    case .affine, .relu, .maxPool, .averagePool, .adaptiveAveragePool, .globalAveragePool, .flatten, .add, .gelu,
      .sigmoid, .softmax, .attention, .scale, .padChannels, .concat, .slice, .reshape, .tokens, .dropout,
      .l2Normalize:
      return []
    }
  }
}
