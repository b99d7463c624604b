import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// Masks that follow from seed, layer, step and a sample's place alone. Serialised, for `Workers.count` is the
/// process's.
@Suite(.serialized) struct DropoutTests {
  static let input = ImageExtent(channels: 4, height: 9, width: 10)

  static func graph(_ probability: Float, name: String = "dropout") -> Graph {
    var graph = Graph()
    let x = graph.append(.dropout(probability), .input, name: name)
    graph.append(.flatten, x, name: "flatten")
    return graph
  }

  static func network(_ graph: Graph, chunk: Int, seed: UInt64 = 5) throws -> TrainableNetwork {
    try TrainableNetwork(
      graph: graph, parameters: Parameters(initializing: graph, seed: 1), channels: input.channels,
      height: input.height, width: input.width, chunk: chunk, seed: seed)
  }

  static func ones(_ batch: Int) -> Tensor {
    Tensor(repeating: 1, [batch, input.channels, input.height, input.width])
  }

  private static func mask(_ network: TrainableNetwork, _ batch: Int = 7) throws -> Tensor {
    try network.train(Variable(constant: ones(batch)), batchNorm: .frozen).value
  }

  @Test func keepsTheMeanAndZeroesTheShare() throws {
    for probability in [0.2, 0.5] as [Float] {
      let scalars = try Self.mask(Self.network(Self.graph(probability), chunk: 4), 32).scalars
      let kept = 1 / (1 - probability)
      #expect(scalars.allSatisfy { $0 == 0 || $0 == kept })
      let share = Double(scalars.count { $0 == 0 }) / Double(scalars.count)
      // Five standard deviations of 11,520 draws.
      let deviation = (Double(probability * (1 - probability)) / Double(scalars.count)).squareRoot()
      #expect(abs(share - Double(probability)) < 5 * deviation)
    }
  }

  @Test func doesNotDependOnChunkBatchOrWorkers() throws {
    let count = Workers.count
    defer { Workers.count = count }
    let graph = Self.graph(0.4)
    let expected = try Self.mask(Self.network(graph, chunk: 2))
    for chunk in [1, 3, 16] {
      for workers in [1, 3] {
        Workers.count = workers
        #expect(try Self.mask(Self.network(graph, chunk: chunk)) == expected, "chunk \(chunk), \(workers) workers")
      }
    }
    #expect(try Self.mask(Self.network(graph, chunk: 2), 4) == expected.rows([0, 1, 2, 3]))
  }

  @Test func dependsOnSeedLayerStepAndPlace() throws {
    let network = try Self.network(Self.graph(0.4), chunk: 2)
    let first = try Self.mask(network)
    #expect(network.trainingPasses == 1)
    #expect(try Self.mask(network) != first, "another step")
    network.trainingPasses = 0
    #expect(try Self.mask(network) == first, "the step restored")
    #expect(try Self.mask(Self.network(Self.graph(0.4), chunk: 2, seed: 6)) != first, "another seed")
    #expect(try Self.mask(Self.network(Self.graph(0.4, name: "other"), chunk: 2)) != first, "another layer")
    for row in 1..<7 { #expect(first.rows([row]) != first.rows([0]), "places 0 and \(row)") }
  }

  @Test func gradientHasTheMask() throws {
    let network = try Self.network(Self.graph(0.4), chunk: 2)
    let leaf = Variable(leaf: Self.ones(5))
    let output = try network.train(leaf, batchNorm: .frozen)
    let seed = Hashed.tensor("seed", output.shape)
    let gradient = try output.gradient(of: leaf, seed: seed)
    #expect(gradient.scalars == zip(output.value.scalars, seed.scalars).map { $0 * $1 })
  }

  @Test func evaluationIsTheIdentity() throws {
    let graph = Self.graph(0.4)
    let images = Hashed.tensor("images", [3, 4, 9, 10])
    let network = try Self.network(graph, chunk: 2)
    #expect(try network.evaluate(Variable(constant: images)).value.scalars == images.scalars)
    #expect(try network.frozen()(images).scalars == images.scalars)
  }

  /// Training that stops and goes on from what a checkpoint holds: the bits of training that never stopped.
  @Test(arguments: ["sgd-momentum", "adam", "adamw"])
  func checkpointGoesOn(rule: String) throws {
    var graph = Graph()
    var x = graph.append(.convolution(4, 8, kernel: 3, bias: false), .input, name: "conv")
    x = graph.append(.batchNorm(channels: 8, epsilon: 1e-5), x, name: "norm")
    x = graph.append(.relu, x, name: "relu")
    x = graph.append(.dropout(0.3), graph.append(.flatten, x, name: "flatten"), name: "dropout")
    graph.append(.linear(inputs: 448, outputs: 6, bias: true), x, name: "fc")
    func advance(_ network: TrainableNetwork, _ optimizer: inout some Optimizer, _ steps: Range<Int>) throws {
      for step in steps {
        let images = Variable(constant: Hashed.tensor("images\(step)", [5, 4, 9, 10]))
        try network.backward(from: try network.train(images, batchNorm: .batchStatistics))
        try network.step(&optimizer)
      }
    }
    func check(_ make: () -> some Optimizer) throws {
      let whole = try Self.network(graph, chunk: 2)
      var (first, second) = (make(), make())
      try advance(whole, &first, 0..<3)
      let resumed = try TrainableNetwork(
        graph: graph, parameters: Parameters(graph, tensors: whole.parameters.dictionary), channels: 4, height: 9,
        width: 10, chunk: 2, seed: whole.seed)
      resumed.trainingPasses = whole.trainingPasses
      try second.restore(first.state)
      try advance(whole, &first, 3..<5)
      try advance(resumed, &second, 3..<5)
      #expect(resumed.parameters.dictionary == whole.parameters.dictionary)
      #expect(second.state == first.state)
    }
    switch rule {
    case "sgd-momentum": try check { SGD(learningRate: 0.01, momentum: 0.9, weightDecay: 1e-3) }
    case "adam": try check { Adam(learningRate: 0.01) }
    default: try check { AdamW(learningRate: 0.01) }
    }
  }
}
