internal import CKernels
internal import Tensors

/// One packed array of weights that a program reads, and how it comes from the parameters.
struct WeightSlot: Sendable {
  enum Source: Sendable {
    /// The weight of a convolution or linear layer; its norm's scale folded in.
    case weight(node: Int, norm: Int?)
    /// The weight of the convolution that computes the gradient: channels exchanged, taps turned around.
    case turned(node: Int, norm: Int?)
    /// For `gk_positions_sum`: from inputs to outputs, or turned.
    case positions(node: Int, norm: Int?, isTurned: Bool)
    /// For `gk_net_stem_gradient`.
    case stem(node: Int, norm: Int?, gk_net_stem)
    /// [outputs], the norm's shift folded in.
    case bias(node: Int, norm: Int?)
    /// γ / √(σ² + ε), by padded channel.
    case normScale(node: Int)
    /// β − μ γ / √(σ² + ε), by padded channel.
    case normShift(node: Int)
    /// A parameter as it is.
    case parameter(String)
    /// Whatever a layer makes of its parameters; it writes plain values over zeros.
    case computed(@Sendable (_ parameters: Parameters, _ target: UnsafeMutablePointer<Float>) -> Void)
    /// Fixed values.
    case constants([Float])
  }

  let source: Source
  /// How it lies when packed; plain slots need no change of layout.
  let description: MemoryDescription
  /// The plain layout that `source` is written in, if the packed one differs.
  let plain: MemoryDescription?
}

extension WeightSlot.Source {
  /// Writes the plain values; `target` has room for all of them and holds zeros.
  func write(_ target: UnsafeMutablePointer<Float>, _ graph: Graph, _ parameters: Parameters) {
    switch self {
    case .parameter(let name):
      parameters[name].withScalars { target.update(from: $0.baseAddress!, count: $0.count) }
    case .computed(let write): write(parameters, target)
    case .constants(let values): target.update(from: values, count: values.count)
    case .weight(let node, let norm):
      let weight = parameters[graph.nodes[node].weightName]
      let scales = Folding(norm, graph, parameters)?.scales.map { Float($0) }
      weight.withScalars { w in
        guard let scales else { return target.update(from: w.baseAddress!, count: w.count) }
        gk_net_scale_rows(w.baseAddress!, scales, target, weight.rows, weight.shape.rowCount)
      }
    case .turned(let node, let norm):
      let weight = parameters[graph.nodes[node].weightName]
      let scales = Folding(norm, graph, parameters)?.scales.map { Float($0) }
      let taps = weight.shape[2] * weight.shape[3]
      weight.withScalars { gk_net_turn($0.baseAddress!, scales, target, weight.shape[0], weight.shape[1], taps) }
    case .positions(let node, let norm, let isTurned):
      let weight = parameters[graph.nodes[node].weightName]
      let scales = Folding(norm, graph, parameters)?.scales.map { Float($0) }
      let taps = weight.shape[2] * weight.shape[3]
      weight.withScalars {
        gk_positions_pack(
          $0.baseAddress!, scales, isTurned ? 1 : 0, target, weight.shape[0], weight.shape[1], taps)
      }
    case .stem(let node, let norm, let geometry):
      let weight = parameters[graph.nodes[node].weightName]
      let scales = Folding(norm, graph, parameters)?.scales
      let (outputs, width) = (weight.shape[0], weight.shape[3])
      let rows = weight.shape[1] * weight.shape[2]
      weight.withScalars { w in
        for o in 0..<outputs {
          let scale = Float(scales?[o] ?? 1)
          for row in 0..<rows {
            for x in 0..<width {
              target[o * geometry.vectors * 16 + row * geometry.row + x] = w[(o * rows + row) * width + x] * scale
            }
          }
        }
      }
    case .bias(let node, let norm):
      let name = graph.nodes[node].parameter("bias")
      let bias = parameters.contains(name) ? parameters[name].scalars : nil
      guard let folding = Folding(norm, graph, parameters) else {
        if let bias { target.update(from: bias, count: bias.count) }
        return
      }
      for c in folding.scales.indices {
        target[c] = Float(folding.shifts[c] + Double(bias?[c] ?? 0) * folding.scales[c])
      }
    case .normScale(let node):
      for (c, scale) in (Folding(node, graph, parameters)?.scales ?? []).enumerated() { target[c] = Float(scale) }
    case .normShift(let node):
      for (c, shift) in (Folding(node, graph, parameters)?.shifts ?? []).enumerated() { target[c] = Float(shift) }
    }
  }
}

/// A batch norm on running statistics as x · scale + shift.
struct Folding {
  var scales: [Double] = []
  var shifts: [Double] = []
  var means: [Double] = []
  var inverses: [Double] = []

  init?(_ node: Int?, _ graph: Graph, _ parameters: Parameters) {
    guard let node, case .batchNorm(let channels, let epsilon) = graph.nodes[node].op else { return nil }
    let name = graph.nodes[node].name
    let (gamma, beta) = (parameters[name + ".weight"], parameters[name + ".bias"])
    let (mean, variance) = (parameters[name + ".running_mean"], parameters[name + ".running_var"])
    for c in 0..<channels {
      let inverse = 1 / (Double(variance[c]) + Double(epsilon)).squareRoot()
      scales.append(Double(gamma[c]) * inverse)
      shifts.append(Double(beta[c]) - Double(mean[c]) * Double(gamma[c]) * inverse)
      means.append(Double(mean[c]))
      inverses.append(inverse)
    }
  }
}
