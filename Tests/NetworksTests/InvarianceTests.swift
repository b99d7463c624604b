import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// The law of the engine: a sample's bits depend on nothing but the sample. Serialised, for `Workers.count` is the process's.
@Suite(.serialized) struct InvarianceTests {
  /// All convolutional networks: `ArchitectureTests` compares batches of 1, 3 and 16 with PyTorch's numbers, this suite
  /// with each other's bits.
  static let names = ArchitectureTests.names
  /// Those that train here; the hundred million weights of the others would take gigabytes of sums and much time.
  static let trained = names.filter { !["alexnet", "vgg16"].contains($0) }

  /// The smallest images that pass through all poolings.
  static let sides = ["alexnet": 63, "squeezenet": 35]

  static func make(_ name: String) throws -> (Graph, ImageExtent) {
    let input =
      ["c2f2", "lenet"].contains(name)
      ? ImageExtent(channels: 1, height: 28, width: 28)
      : ImageExtent(channels: 3, height: sides[name, default: 32], width: sides[name, default: 32])
    return (try Architectures.named(name, embedding: 24, normalization: .none, input: input), input)
  }

  /// Layers of a hundred megabytes are read once a chunk: few chunks, for the tests' sake.
  static func chunk(_ name: String) -> Int? { trained.contains(name) ? nil : 7 }

  @Test(arguments: names)
  func neighboursPlaceAndBatchSize(name: String) throws {
    let (graph, input) = try InvarianceTests.make(name)
    let network = try Network(
      graph: graph, parameters: Hashed.parameters(graph), channels: input.channels,
      height: input.height, width: input.width, chunk: Self.chunk(name))
    let images = Hashed.tensor("images", [19, input.channels, input.height, input.width])
    let seed = Hashed.tensor("seed", [19, 24])
    let (output, gradient) = try Self.both(network, images, seed)
    var batches = [[0], [7, 3, 7], (0..<19).map { $0 * 7 % 19 }]
    if Self.trained.contains(name) { batches += [[18], [4, 5, 6, 0, 1], Array((0..<16).reversed())] }
    for indices in batches {
      let (part, partGradient) = try Self.both(network, images.rows(indices), seed.rows(indices))
      #expect(part == output.rows(indices), "outputs of \(indices)")
      #expect(partGradient == gradient.rows(indices), "gradients of \(indices)")
      #expect(try network(images.rows(indices)) == part, "without gradient")
    }
  }

  @Test(arguments: names)
  func workersInEvaluation(name: String) throws {
    let (graph, input) = try InvarianceTests.make(name)
    let network = try Network(
      graph: graph, parameters: Hashed.parameters(graph), channels: input.channels,
      height: input.height, width: input.width, chunk: Self.chunk(name))
    let images = Hashed.tensor("images", [9, input.channels, input.height, input.width])
    let seed = Hashed.tensor("seed", [9, 24])
    let count = Workers.count
    defer { Workers.count = count }
    Workers.count = 1
    let (output, gradient) = try Self.both(network, images, seed)
    for workers in [2, 5] {
      Workers.count = workers
      let (other, otherGradient) = try Self.both(network, images, seed)
      #expect(other == output && otherGradient == gradient, "\(workers) workers")
    }
  }

  @Test(arguments: trained)
  func workers(name: String) throws {
    let (graph, input) = try InvarianceTests.make(name)
    let images = Hashed.tensor("images", [21, input.channels, input.height, input.width])
    let count = Workers.count
    defer { Workers.count = count }
    func train() throws -> [Tensor] {
      let network = try TrainableNetwork(
        graph: graph, parameters: Hashed.parameters(graph), channels: input.channels,
        height: input.height, width: input.width, chunk: 4)
      var optimizer = Adam(learningRate: 1e-3)
      var tensors: [Tensor] = []
      for mode in BatchNormMode.allCases {
        let leaf = Variable(leaf: images)
        let output = try network.train(leaf, batchNorm: mode)
        network.zeroGradients()
        tensors.append(try output.gradient(of: leaf, seed: output.value))
        try network.step(&optimizer)
        tensors += [output.value, try network.evaluate(Variable(constant: images)).value]
      }
      return tensors + network.parameters.names.map { network.parameters[$0] }
    }
    Workers.count = 1
    let alone = try train()
    for workers in [2, 5] {
      Workers.count = workers
      #expect(try train() == alone, "\(workers) workers")
    }
  }

  @Test func frozenNetworkHasTheWeightsOfItsMoment() throws {
    let (graph, input) = try InvarianceTests.make("small-conv")
    let network = try TrainableNetwork(
      graph: graph, parameters: Parameters(initializing: graph, seed: 3), channels: 3, height: input.height,
      width: input.width)
    let images = Hashed.tensor("images", [5, 3, input.height, input.width])
    let before = try network.frozen()
    let start = try before(images)
    #expect(try network.evaluate(Variable(constant: images)).value == start)
    // A gradient that waits keeps the weights that it was made with.
    let leaf = Variable(leaf: images)
    let waiting = try network.evaluate(leaf)
    let expected = try before(leaf).gradient(of: leaf)
    var optimizer = SGD(learningRate: 0.1)
    let output = try network.train(Variable(constant: images), batchNorm: .batchStatistics)
    try network.backward(from: output)
    try network.step(&optimizer)
    let after = try network.evaluate(Variable(constant: images)).value
    #expect(after != start)
    #expect(try network.frozen()(images) == after)
    #expect(try before(images) == start)
    #expect(try waiting.gradient(of: leaf) == expected)
  }

  private static func both(_ network: Network, _ images: Tensor, _ seed: Tensor) throws -> (Tensor, Tensor) {
    let leaf = Variable(leaf: images)
    let output = try network(leaf)
    return (output.value, try output.gradient(of: leaf, seed: seed))
  }
}
