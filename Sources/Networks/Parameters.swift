public import Tensors

/// The named tensors of a graph, in the graph's order.
public struct Parameters: Sendable {
  public let specs: [ParameterSpec]
  private var tensors: [Tensor]
  private let places: [String: Int]

  private init(_ specs: [ParameterSpec], _ tensors: [Tensor]) {
    self.specs = specs
    self.tensors = tensors
    places = Dictionary(specs.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { $1 })
  }

  /// PyTorch's default initialisation, drawn from streams named by seed and parameter.
  public init(initializing graph: Graph, seed: UInt64) {
    let specs = graph.parameters
    self.init(
      specs,
      specs.map { spec in
        var stream = RandomStream(seed: seed, ["initialization", spec.name])
        return switch spec.start {
        case .constant(let value): Tensor(repeating: value, spec.shape)
        case .uniform(let bound): Tensor(uniform: spec.shape, in: -bound...bound, using: &stream)
        case .normal(let deviation): Tensor(normal: spec.shape, deviation: deviation, using: &stream)
        }
      })
  }

  /// Given weights, such as a state dict; counts of batches (`….num_batches_tracked`) and `mask_token`, which training
  /// alone uses, are ignored.
  /// - Throws: `NetworkError` for missing, surplus, misshapen and non-finite parameters.
  public init(_ graph: Graph, tensors: [String: Tensor]) throws {
    let specs = graph.parameters
    let known = Set(specs.map(\.name))
    let missing = specs.map(\.name).filter { tensors[$0] == nil }
    guard missing.isEmpty else { throw NetworkError.missingParameters(names: missing) }
    let surplus = tensors.keys.filter { !known.contains($0) && !Parameters.isIgnored($0) }.sorted()
    guard surplus.isEmpty else { throw NetworkError.surplusParameters(names: surplus) }
    self.init(specs, specs.compactMap { tensors[$0.name] })
    try validate()
  }

  private static func isIgnored(_ name: String) -> Bool {
    name.hasSuffix("num_batches_tracked") || name == "mask_token"
  }

  func validate() throws {
    for (spec, tensor) in Swift.zip(specs, tensors) {
      guard tensor.shape == spec.shape else {
        throw NetworkError.wrongParameterShape(name: spec.name, got: tensor.shape, expected: spec.shape)
      }
      guard tensor.isFinite else { throw NetworkError.notFinite(name: spec.name) }
    }
  }

  public var names: [String] { specs.map(\.name) }

  /// Every tensor by name, as a state dict.
  public var dictionary: [String: Tensor] { Dictionary(uniqueKeysWithValues: Swift.zip(names, tensors)) }

  public func contains(_ name: String) -> Bool { places[name] != nil }

  /// The tensor of a name of the graph; a new one must have the same shape.
  public subscript(name: String) -> Tensor {
    get { tensors[place(name)] }
    _modify {
      let index = place(name)
      yield &tensors[index]
      precondition(
        tensors[index].shape == specs[index].shape,
        "parameter \(name) has shape \(specs[index].shape), not \(tensors[index].shape)")
    }
  }

  private func place(_ name: String) -> Int {
    guard let index = places[name] else { preconditionFailure("the graph has no parameter \(name)") }
    return index
  }
}
