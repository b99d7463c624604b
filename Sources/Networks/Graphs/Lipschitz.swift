internal import Tensors

/// A proved upper bound of how far a graph moves its output for images that differ: ‖f(x) − f(y)‖₂ ≤ constant · ‖x − y‖₂,
/// pixels in the range that the graph takes. In real numbers: what float32 adds to it is another matter.
public struct LipschitzBound: Hashable, Sendable {
  /// What one node contributes.
  public struct Layer: Hashable, Sendable {
    /// The node's name.
    public let name: String
    /// Of the node alone, in ℓ2. Nodes that join values (sums, concatenations) have 1; how they join is in `throughHere`.
    public let constant: Double
    /// Of everything from the images to this node's value.
    public let throughHere: Double
    /// Why the node has no finite constant.
    public let reason: String?
  }

  /// Of the whole graph; `infinity` where some layer on the way has no finite constant.
  public let constant: Double
  /// In the order of the graph's nodes.
  public let layers: [Layer]

  /// Why the constant is infinite: the first such layer, and its reason.
  public var reason: String? { layers.first { $0.reason != nil }.flatMap { l in l.reason.map { "\(l.name): \($0)" } } }
}

extension Graph {
  /// The ℓ2 Lipschitz bound for networks in evaluation, from proved bounds of the layers: products along a path, sums
  /// where values are added, roots of sums of squares where they are laid side by side. Loose for deep networks, never
  /// too small; exactly 1 for networks of 1-Lipschitz parts.
  /// - Throws: `NetworkError.badInput` if the graph does not take such images; missing and misshapen parameters.
  public func lipschitzBound(_ parameters: Parameters, input: ImageExtent) throws -> LipschitzBound {
    let shapes = try shapes(for: [1, input.channels, input.height, input.width])
    let missing = self.parameters.map(\.name).filter { !parameters.contains($0) }
    guard missing.isEmpty else { throw NetworkError.missingParameters(names: missing) }
    for spec in self.parameters where parameters[spec.name].shape != spec.shape {
      throw NetworkError.wrongParameterShape(
        name: spec.name, got: parameters[spec.name].shape, expected: spec.shape)
    }
    let own = Unchecked(UnsafeMutablePointer<LipschitzConstant>.allocate(capacity: nodes.count))
    own.value.initialize(repeating: .finite(1), count: nodes.count)
    defer {
      own.value.deinitialize(count: nodes.count)
      own.value.deallocate()
    }
    Workers.forEach(nodes.count) { index in
      let node = nodes[index]
      own.value[index] = node.lipschitzConstant(
        parameters, input: shapes[node.inputs[0].index], output: shapes[index + 1])
    }
    var through = [1.0]
    var layers: [LipschitzBound.Layer] = []
    for (index, node) in nodes.enumerated() {
      let before = node.inputs.map { through[$0.index] }
      let joined: Double =
        switch node.op {
        case .add: before[0] == 0 || before[1] == 0 ? before[0] + before[1] : (before[0] + before[1]).nextUp
        case .concat:
          before.count == 1
            ? before[0] : roundedUp(before.reduce(0) { $0 + $1 * $1 }.squareRoot(), terms: before.count)
        default: before[0]
        }
      let constant = own.value[index].value
      through.append(productRoundedUp(constant, joined))
      layers.append(
        LipschitzBound.Layer(
          name: node.name, constant: constant, throughHere: through[index + 1], reason: own.value[index].reason))
    }
    return LipschitzBound(constant: through[nodes.count], layers: layers)
  }
}

/// Of one node, with the reason where there is none.
enum LipschitzConstant: Sendable {
  case finite(Double)
  case infinite(String)

  var value: Double { if case .finite(let value) = self { value } else { .infinity } }
  var reason: String? { if case .infinite(let reason) = self { reason } else { nil } }
}
