public import Tensors

/// A rule that moves parameters against their gradients, with PyTorch's formulas.
public protocol Optimizer {
  /// The factor of the next update.
  var learningRate: Double { get set }
  /// One update of every parameter that has a gradient, in the parameters' order.
  mutating func update(_ parameters: inout Parameters, gradients: [String: Tensor]) throws
  /// All that the rule remembers between updates, for checkpoints; the learning rate is the caller's (see `Schedule`).
  var state: [String: Tensor] { get }
  /// Takes up a state that `state` gave.
  /// - Throws: `NetworkError.badOptimizerState`.
  mutating func restore(_ state: [String: Tensor]) throws
}

/// The state of an optimiser: tensors of the parameters' shapes by kind and name, and a count of updates.
struct OptimizerState: Sendable {
  let kinds: [String]
  var tensors: [String: [String: Tensor]] = [:]
  var step = 0

  init(kinds: [String]) { self.kinds = kinds }

  /// Names are `kind/parameter`; `step` holds the count.
  var dictionary: [String: Tensor] {
    // A float counts exactly to 2²⁴; beyond, the two halves still do.
    var result = ["step": Tensor([Float(step & 0xFFFFFF), Float(step >> 24)], [2])]
    for (kind, byName) in tensors { for (name, tensor) in byName { result[kind + "/" + name] = tensor } }
    return result
  }

  mutating func restore(_ state: [String: Tensor]) throws {
    guard let count = state["step"], count.shape == [2], count.isFinite, count[0] >= 0, count[1] >= 0,
      count[0] < 0x1p24, count[1] < 0x1p24
    else { throw NetworkError.badOptimizerState(name: "step", expected: "a count of updates, as two numbers") }
    var restored: [String: [String: Tensor]] = [:]
    for (key, tensor) in state where key != "step" {
      guard let kind = kinds.first(where: { key.hasPrefix($0 + "/") }) else {
        throw NetworkError.badOptimizerState(
          name: key, expected: "a name that begins with \(kinds.map { $0 + "/" }.joined(separator: " or "))")
      }
      guard tensor.isFinite else { throw NetworkError.badOptimizerState(name: key, expected: "finite values") }
      restored[kind, default: [:]][String(key.dropFirst(kind.count + 1))] = tensor
    }
    step = Int(count[0]) + Int(count[1]) << 24
    tensors = restored
  }

  /// Takes the tensor of a kind out of the state (zeros the first time), so that it can change in place.
  mutating func take(_ kind: String, _ name: String, _ shape: Shape) throws -> Tensor {
    guard let tensor = tensors[kind]?.removeValue(forKey: name) else { return Tensor(zeros: shape) }
    guard tensor.shape == shape else {
      throw NetworkError.badOptimizerState(name: kind + "/" + name, expected: "shape \(shape), got \(tensor.shape)")
    }
    return tensor
  }

  mutating func put(_ kind: String, _ name: String, _ tensor: Tensor) { tensors[kind, default: [:]][name] = tensor }
}

extension Parameters {
  /// Calls `body` with every trainable parameter that has a gradient, in order.
  mutating func forEachGradient(
    _ gradients: [String: Tensor], _ body: (_ name: String, inout Tensor, Tensor) throws -> Void
  ) throws {
    for spec in specs where spec.isTrainable {
      guard let gradient = gradients[spec.name] else { continue }
      precondition(
        gradient.shape == spec.shape, "gradient of \(spec.name) has shape \(gradient.shape), not \(spec.shape)")
      try body(spec.name, &self[spec.name], gradient)
    }
  }
}

/// Cuts an element-wise update into pieces of a fixed size and spreads them over the workers.
func forEachPiece(of count: Int, _ body: @Sendable (_ start: Int, _ size: Int) -> Void) {
  let size = 1 << 16
  Workers.forEach((count + size - 1) / size) { piece in body(piece * size, min(size, count - piece * size)) }
}
