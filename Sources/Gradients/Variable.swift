public import Tensors

/// A value on the tape: a tensor, and how it came from other values.
///
/// The tape is for the small, changing part of the work (distances, losses, attack objectives). A network is one node on
/// it: see `Networks`. A variable belongs to the thread that made it.
public struct Variable {
  public let value: Tensor
  package let node: TapeNode?

  /// A value that takes no gradient.
  public init(constant value: Tensor) {
    self.value = value
    node = nil
  }

  /// A value whose gradient can be asked for.
  public init(leaf value: Tensor) {
    self.value = value
    node = TapeNode(inputs: [], pullback: { _ in [] })
  }

  /// The result of an operation. `pullback` maps ∂/∂(result) to ∂/∂(input) for each input, nil where it is zero or not
  /// wanted; it may be asked once. If no input takes a gradient, the result takes none and `pullback` is dropped.
  public init(_ value: Tensor, from inputs: [Variable], pullback: @escaping (Tensor) throws -> [Tensor?]) {
    self.value = value
    node = inputs.contains { $0.node != nil } ? TapeNode(inputs: inputs.map(\.node), pullback: pullback) : nil
  }

  public var shape: Shape { value.shape }
  public var takesGradient: Bool { node != nil }

  /// The same value, cut off from the tape.
  public var detached: Variable { Variable(constant: value) }
}

package final class TapeNode {
  let inputs: [TapeNode?]
  let pullback: (Tensor) throws -> [Tensor?]

  init(inputs: [TapeNode?], pullback: @escaping (Tensor) throws -> [Tensor?]) {
    self.inputs = inputs
    self.pullback = pullback
  }
}

extension Variable {
  /// ∂(Σ seed · self)/∂leaf for each leaf: reverse mode, each node visited once, in an order fixed by the graph.
  ///
  /// - Parameters:
  ///   - leaves: values made with `init(leaf:)` (or any others on the tape).
  ///   - seed: the weight of each scalar of `self`; ones if nil.
  /// - Returns: one tensor a leaf, of the leaf's shape; zeros where `self` does not depend on it.
  public func gradients(of leaves: [Variable], seed: Tensor? = nil) throws -> [Tensor] {
    let seed = seed ?? Tensor(repeating: 1, shape)
    precondition(seed.shape == shape, "a seed of \(seed.shape) does not fit a value of \(shape)")
    var gradients: [ObjectIdentifier: Tensor] = [:]
    let wanted = Set(leaves.compactMap { $0.node.map { ObjectIdentifier($0) } })
    if let root = node {
      gradients[ObjectIdentifier(root)] = seed
      for node in Variable.order(from: root).reversed() {
        let id = ObjectIdentifier(node)
        guard !node.inputs.isEmpty, let gradient = gradients[id] else { continue }
        if !wanted.contains(id) { gradients[id] = nil }
        for (input, part) in Swift.zip(node.inputs, try node.pullback(gradient)) {
          guard let input, let part else { continue }
          let key = ObjectIdentifier(input)
          if let sum = gradients[key] { gradients[key] = sum + part } else { gradients[key] = part }
        }
      }
    }
    return leaves.map { leaf in
      leaf.node.flatMap { gradients[ObjectIdentifier($0)] } ?? Tensor(zeros: leaf.shape)
    }
  }

  /// ∂(Σ self)/∂leaf.
  public func gradient(of leaf: Variable, seed: Tensor? = nil) throws -> Tensor {
    try gradients(of: [leaf], seed: seed)[0]
  }

  /// Inputs before what is made of them, by depth-first search without recursion.
  private static func order(from root: TapeNode) -> [TapeNode] {
    var order: [TapeNode] = []
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
    var stack: [(node: TapeNode, next: Int)] = [(root, 0)]
    while let (node, next) = stack.last {
      if next < node.inputs.count {
        stack[stack.count - 1].next += 1
        if let input = node.inputs[next], seen.insert(ObjectIdentifier(input)).inserted { stack.append((input, 0)) }
      } else {
        order.append(node)
        stack.removeLast()
      }
    }
    return order
  }
}
