public import Tensors

/// A network as data: typed operations on named parameters, from images to one embedding a row.
///
/// Built by appending nodes; each takes values that exist already, and the last one is the output, [N, D].
public struct Graph: Hashable, Sendable {
  /// A value of the graph: its input, or what a node computes.
  public struct Value: Hashable, Sendable {
    package let index: Int
    /// The images.
    public static let input = Value(index: 0)
  }

  /// An operation on earlier values.
  public struct Node: Hashable, Sendable {
    public let op: Op
    public let inputs: [Value]
    /// The prefix of its parameters' names, and how errors call it.
    public let name: String

    /// The full name of one of its parameters. A name that ends in "_" is the first part of a word, as in
    /// `attn.in_proj_weight`.
    func parameter(_ suffix: String) -> String { Node.parameter(suffix, of: name) }

    /// The full name of the weight of a convolution, a linear layer or a projection.
    var weightName: String {
      if case .projection = op { name } else { parameter("weight") }
    }

    static func parameter(_ suffix: String, of name: String) -> String {
      name + (name.isEmpty || name.hasSuffix("_") ? "" : ".") + suffix
    }
  }

  public private(set) var nodes: [Node] = []

  public init() {}

  /// Appends a node and returns its value.
  @discardableResult
  public mutating func append(_ op: Op, _ inputs: Value..., name: String) -> Value {
    precondition(inputs.count == op.arity, "\(name) takes \(op.arity) values, got \(inputs.count)")
    precondition(inputs.allSatisfy { $0.index <= nodes.count }, "\(name) takes a value that does not exist yet")
    nodes.append(Node(op: op, inputs: inputs, name: name))
    return Value(index: nodes.count)
  }

  /// The value of the last node.
  public var output: Value { Value(index: nodes.count) }

  /// Every parameter, in the order of the nodes.
  public var parameters: [ParameterSpec] { nodes.flatMap { $0.op.parameters(named: $0.name) } }

  /// The shapes of the input and of every node's value, by `Value.index`.
  func shapes(for input: Shape) throws -> [Shape] {
    guard input.rank == 4, input.rowCount > 0 else {
      throw NetworkError.wrongImages(got: input, expected: "[N, C, H, W] with at least one channel, row and column")
    }
    var shapes = [input]
    for node in nodes {
      shapes.append(try node.op.outputShape(node.inputs.map { shapes[$0.index] }, layer: node.name))
    }
    return shapes
  }

  /// The shape of the output for images of a shape [N, C, H, W].
  /// - Throws: `NetworkError.badInput`, naming the first layer that cannot take what it gets.
  public func outputShape(for input: Shape) throws -> Shape { try shapes(for: input)[nodes.count] }

  /// Floating-point operations of one forward pass over images of a shape [N, C, H, W]; a multiply-add counts two.
  public func flops(for input: Shape) throws -> Int {
    let shapes = try shapes(for: input)
    return nodes.enumerated().reduce(0) { sum, item in
      sum + item.element.op.flops(item.element.inputs.map { shapes[$0.index] }, output: shapes[item.offset + 1])
    }
  }
}
