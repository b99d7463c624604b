public import Gradients
internal import Synchronization
public import Tensors

/// A network with fixed weights: images to embeddings, with the gradient of the images.
///
/// A batch is cut into chunks of a fixed number of images, so a sample's bits depend neither on its neighbours, nor on its
/// place, nor on the number of workers; they do depend on `chunk`, the library and the processor's instruction set.
public final class Network: Sendable {
  public let graph: Graph
  public let parameters: Parameters
  /// The images that it takes.
  public let input: ImageExtent
  /// D of the embeddings [N, D].
  public let embeddingDimension: Int
  /// How many images are computed together.
  public let chunk: Int
  public let precision: Precision
  private let cache: ProgramCache
  private let compiled = Mutex<(lease: ProgramLease, weights: PackedWeights)?>(nil)

  /// - Parameters:
  ///   - chunk: how many images are computed together; by default what suits the size of the graph.
  ///   - precision: how it computes; images, embeddings and gradients are `Float` either way.
  /// - Throws: `NetworkError` if the graph does not take such images, or the parameters are not the graph's.
  public convenience init(
    graph: Graph, parameters: Parameters, channels: Int, height: Int, width: Int, chunk: Int? = nil,
    precision: Precision = .float32
  ) throws {
    try self.init(
      graph: graph, parameters: parameters, input: ImageExtent(channels: channels, height: height, width: width),
      chunk: chunk, precision: precision, cache: .shared)
  }

  package init(
    graph: Graph, parameters: Parameters, input: ImageExtent, chunk: Int?, precision: Precision = .float32,
    cache: ProgramCache
  ) throws {
    embeddingDimension = try Network.validated(graph, parameters, input)
    self.graph = graph
    self.parameters = parameters
    self.input = input
    self.precision = precision
    self.cache = cache
    self.chunk =
      try chunk
      ?? Network.defaultChunk(work: graph.flops(for: [1, input.channels, input.height, input.width]))
    precondition(self.chunk > 0, "a chunk holds at least one image, not \(self.chunk)")
  }

  init(sharing lease: ProgramLease, _ parameters: Parameters, _ input: ImageExtent) throws {
    let program = lease.program
    graph = program.graph
    self.parameters = parameters
    self.input = input
    embeddingDimension = program.outputs
    chunk = program.chunk
    precision = .float32
    cache = .shared
    // Training may have diverged.
    try parameters.validate()
    let weights = try PackedWeights(program, parameters)
    compiled.withLock { $0 = (lease, weights) }
  }

  /// [N, C, H, W] → [N, D]: a forward pass without gradient.
  /// - Throws: `NetworkError.wrongImages`.
  public func callAsFunction(_ images: Tensor) throws -> Tensor {
    try Network.check(images.shape, input)
    guard images.rows > 0 else { return Tensor(zeros: [0, embeddingDimension]) }
    let (program, weights) = try compile()
    return try program.evaluate(images, weights)
  }

  /// The same bits as one node on the tape, with the gradient of the images alone.
  /// - Throws: `NetworkError.wrongImages`.
  public func callAsFunction(_ images: Variable) throws -> Variable {
    guard images.takesGradient, images.shape.rank > 0, images.shape[0] > 0 else {
      return Variable(constant: try self(images.value))
    }
    try Network.check(images.shape, input)
    let (program, weights) = try compile()
    return try Network.evaluate(images, program, weights)
  }

  private func compile() throws -> (Program, PackedWeights) {
    try compiled.withLock { compiled in
      if let compiled { return (compiled.lease.program, compiled.weights) }
      let lease = try cache.lease(
        ProgramCache.Key(graph: graph, input: input, chunk: chunk, purpose: .evaluation, precision: precision))
      let weights = try PackedWeights(lease.program, parameters)
      compiled = (lease, weights)
      return (lease.program, weights)
    }
  }

  /// The compiled program, to tell whether networks share it.
  package func lease() throws -> ProgramLease {
    _ = try compile()
    return compiled.withLock { compiled in
      guard let compiled else { preconditionFailure("a compiled network without a program") }
      return compiled.lease
    }
  }

  static func evaluate(_ images: Variable, _ program: Program, _ weights: PackedWeights) throws -> Variable {
    let shape = images.shape
    let (result, loan) = try program.evaluateKeeping(images.value, weights)
    return Variable(result, from: [images]) { seed in
      // The weights live as long as the frames that read them.
      try withExtendedLifetime(weights) { [try program.gradient(seed, loan, images: shape)] }
    }
  }

  /// The embedding's dimension.
  static func validated(_ graph: Graph, _ parameters: Parameters, _ input: ImageExtent) throws -> Int {
    let missing = graph.parameters.map(\.name).filter { !parameters.contains($0) }
    guard missing.isEmpty else { throw NetworkError.missingParameters(names: missing) }
    let known = Set(graph.parameters.map(\.name))
    let surplus = parameters.names.filter { !known.contains($0) }
    guard surplus.isEmpty else { throw NetworkError.surplusParameters(names: surplus) }
    for spec in graph.parameters where parameters[spec.name].shape != spec.shape {
      throw NetworkError.wrongParameterShape(
        name: spec.name, got: parameters[spec.name].shape, expected: spec.shape)
    }
    try parameters.validate()
    let output = try graph.outputShape(for: [1, input.channels, input.height, input.width])
    guard output.rank == 2 else {
      throw NetworkError.badInput(
        layer: graph.nodes.last?.name ?? "graph", got: [output], expected: "a graph that ends in [N, D]")
    }
    return output[1]
  }

  static func check(_ shape: Shape, _ input: ImageExtent) throws {
    guard shape.rank == 4, shape[1] == input.channels, shape[2] == input.height, shape[3] == input.width else {
      throw NetworkError.wrongImages(got: shape, expected: "\(input)")
    }
  }

  /// About 4.2 GFLOP a chunk, between 4 (2 of networks above 6 GFLOP an image) and 32 images: enough to amortise the
  /// reading of the weights, and small enough to stay in the caches and to leave pieces for all workers.
  ///
  /// - Parameter work: floating-point operations an image; of all stages, where networks run one after another.
  public static func defaultChunk(work: Int) -> Int {
    min(max(4_200_000_000 / max(work, 1), work > 6_000_000_000 ? 2 : 4), 32)
  }
}
