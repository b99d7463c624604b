import Gradients
import Networks
import Tensors
import Testing

@Suite struct NetworkErrorTests {
  static let input = ImageExtent(channels: 3, height: 32, width: 32)

  private func graph() throws -> Graph {
    try Architectures.named("small-conv", embedding: 8, normalization: .none, input: Self.input)
  }

  private func network() throws -> Network {
    let graph = try graph()
    return try Network(
      graph: graph, parameters: Parameters(initializing: graph, seed: 1), channels: 3, height: 32, width: 32)
  }

  @Test func unknownArchitectureListsTheNames() {
    #expect(throws: NetworkError.unknownArchitecture(name: "resnet19", known: Architectures.names)) {
      try Architectures.named("resnet19", embedding: 8, normalization: .none, input: Self.input)
    }
    #expect("\(NetworkError.unknownArchitecture(name: "x", known: Architectures.names))".contains("resnet18"))
  }

  @Test func settingsThatDoNotFit() {
    let gray = ImageExtent(channels: 1, height: 28, width: 28)
    #expect(throws: NetworkError.self) {
      try Architectures.named("c2f2", embedding: 8, normalization: .imagenet, input: gray)
    }
    #expect(throws: NetworkError.self) {
      try Architectures.named("c2f2", embedding: 0, normalization: .none, input: gray)
    }
    #expect(throws: NetworkError.self) {
      try Architectures.named(
        "lenet", embedding: 8, normalization: .none, input: ImageExtent(channels: 1, height: 5, width: 5))
    }
  }

  @Test func wrongImages() throws {
    let network = try network()
    for shape in [[2, 3, 32, 31], [2, 1, 32, 32], [3, 32, 32], [2]] as [Shape] {
      #expect(throws: NetworkError.wrongImages(got: shape, expected: "[N, 3, 32, 32]")) {
        try network(Tensor(zeros: shape))
      }
      #expect(throws: NetworkError.self) { try network(Variable(leaf: Tensor(zeros: shape))) }
    }
  }

  @Test func emptyBatch() throws {
    let network = try network()
    let empty = Tensor(zeros: [0, 3, 32, 32])
    #expect(try network(empty).shape == [0, 8])
    #expect(try network(Variable(leaf: empty)).shape == [0, 8])
    let graph = try graph()
    let trainable = try TrainableNetwork(
      graph: graph, parameters: Parameters(initializing: graph, seed: 1), channels: 3, height: 32, width: 32)
    #expect(try trainable.train(Variable(constant: empty), batchNorm: .batchStatistics).shape == [0, 8])
    #expect(try trainable.evaluate(Variable(constant: empty)).shape == [0, 8])
  }

  @Test func parametersThatDoNotFit() throws {
    let graph = try graph()
    let good = Parameters(initializing: graph, seed: 1).dictionary
    var tensors = good
    tensors["conv1.num_batches_tracked"] = Tensor(zeros: [])
    _ = try Parameters(graph, tensors: tensors)
    tensors = good
    tensors["bn2.running_var"] = nil
    #expect(throws: NetworkError.missingParameters(names: ["bn2.running_var"])) {
      try Parameters(graph, tensors: tensors)
    }
    tensors = good
    tensors["fc.extra"] = Tensor(zeros: [1])
    #expect(throws: NetworkError.surplusParameters(names: ["fc.extra"])) { try Parameters(graph, tensors: tensors) }
    tensors = good
    tensors["fc.weight"] = Tensor(zeros: [8, 127])
    #expect(throws: NetworkError.wrongParameterShape(name: "fc.weight", got: [8, 127], expected: [8, 128])) {
      try Parameters(graph, tensors: tensors)
    }
    tensors = good
    tensors["conv3.weight"]?[5] = .nan
    #expect(throws: NetworkError.notFinite(name: "conv3.weight")) { try Parameters(graph, tensors: tensors) }
  }

  @Test func graphsThatDoNotFitNameTheLayer() throws {
    var graph = Graph()
    let x = graph.append(.convolution(3, 4, kernel: 3), .input, name: "first")
    graph.append(.batchNorm(channels: 5, epsilon: 1e-5), x, name: "second")
    #expect(throws: NetworkError.badInput(layer: "second", got: [[1, 4, 6, 6]], expected: "[N, 5, H, W]")) {
      try graph.outputShape(for: [1, 3, 8, 8])
    }
    #expect(throws: NetworkError.self) { try graph.outputShape(for: [1, 3, 2, 2]) }
    let plain = try Architectures.named("small-conv", embedding: 8, normalization: .none, input: Self.input)
    #expect(throws: NetworkError.self) {
      try Network(
        graph: plain, parameters: Parameters(initializing: plain, seed: 1), channels: 4, height: 32, width: 32)
    }
  }

  @Test func flopsOfResNet18() throws {
    let graph = try Architectures.named(
      "resnet18", embedding: 1000, normalization: .none, input: ImageExtent(channels: 3, height: 224, width: 224))
    let flops = try graph.flops(for: [1, 3, 224, 224])
    // 1.814 G multiply-adds.
    #expect(abs(Double(flops) / 3.64e9 - 1) < 0.02)
  }
}
