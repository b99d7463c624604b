import Gradients
import Networks
import Tensors
import TestWeights
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

  @Test func imagesWithoutChannelsRowsOrColumns() throws {
    for shape in [[1, 0, 32, 32], [1, 3, 0, 32], [1, 3, 32, 0], [4, 3, 32], [0]] as [Shape] {
      #expect(throws: NetworkError.self) { try self.graph().outputShape(for: shape) }
    }
    for name in Architectures.names {
      #expect(throws: NetworkError.self) {
        try Architectures.named(
          name, embedding: 8, normalization: .none, input: ImageExtent(channels: 0, height: 224, width: 224))
      }
    }
    var graph = Graph()
    graph.append(.globalAveragePool, .input, name: "pool")
    #expect(throws: NetworkError.self) {
      try Network(graph: graph, parameters: Parameters(initializing: graph, seed: 1), channels: 3, height: 0, width: 4)
    }
  }

  /// Operations that no image can go through, each with what its error says.
  @Test(arguments: [
    (Op.convolution(3, 0, kernel: 3), "positive extents"), (.convolution(0, 4, kernel: 3), "[N, 0, H, W]"),
    (.convolution(3, 4, kernel: 0), "positive extents"), (.convolution(3, 4, kernel: 3, stride: 0), "positive"),
    (.convolution(3, 4, kernel: 3, padding: -1), "positive extents"),
    (.convolution(3, 4, kernel: 3, groups: 0), "groups"), (.convolution(3, 4, kernel: 3, groups: 2), "groups"),
    (.convolution(3, 4, kernel: 9), "at least one window"), (.batchNorm(channels: 3, epsilon: 0), "epsilon"),
    (.batchNorm(channels: 4, epsilon: 1e-5), "[N, 4, H, W]"), (.linear(inputs: 3, outputs: 2, bias: true), "[N, 3]"),
    (.affine(mean: [0, 0, .nan], deviation: [1, 1, 1]), "finite mean"),
    (.affine(mean: [0, 0, 0], deviation: [1, 0, 1]), "finite deviation"),
    (.maxPool(size: Extent(2), stride: Extent(2), padding: Extent(2)), "half of the window"),
    (.maxPool(size: Extent(0), stride: Extent(2), padding: Extent(0)), "positive extents"),
    (
      .averagePool(size: Extent(2), stride: Extent(2), padding: Extent(0), countsPadding: true, divisor: 0),
      "positive divisor"
    ), (.adaptiveAveragePool(Extent(0)), "positive extents"), (.dropout(1.5), "probability"),
    (.dropout(.nan), "probability"), (.scale(.infinity), "finite factor"), (.padChannels(to: 2), "2 channels"),
    (.channelScale(features: 4, start: 1), "4 channels"), (.slice(2..<4), "4 of axis 1"), (.slice(1..<1), "axis 1"),
    (.reshape([5]), "5 scalars"), (.reshape([]), "scalars"), (.l2Normalize(epsilon: 1e-12), "[N, D]"),
    (.softmax, "[N, D]"), (.attention(heads: 2), "[N, T, D]"), (.layerNorm(features: 3, epsilon: 1e-5), "[N, 3]"),
    (.sllConvolution(channels: 3, inner: 0), "inner"), (.sllLinear(features: 3, inner: 2), "[N, 3]"),
    (
      .transposedConvolution(
        inputs: 3, outputs: 2, kernel: Extent(3), stride: Extent(2), padding: Extent(1), extra: Extent(2),
        dilation: Extent(1), groups: 1, bias: true), "less extra"
    ),
  ])
  func operationsThatDoNotFitNameTheirLayer(op: Op, text: String) throws {
    var graph = Graph()
    let x = graph.append(.relu, .input, name: "first")
    graph.append(.flatten, graph.append(op, x, name: "second.layer"), name: "flatten")
    let error = #expect(throws: NetworkError.self) {
      try Network(graph: graph, parameters: Parameters(initializing: graph, seed: 1), channels: 3, height: 6, width: 6)
    }
    let message = error.map(String.init(describing:)) ?? ""
    #expect(message.contains("second.layer") && message.contains(text), "\(message)")
  }

  @Test func concatenationsAndSumsThatDoNotFit() {
    var graph = Graph()
    let a = graph.append(.convolution(3, 4, kernel: 3), .input, name: "a")
    let b = graph.append(.concat(count: 2), .input, a, name: "both")
    #expect(throws: NetworkError.self) { try graph.outputShape(for: [1, 3, 6, 6]) }
    var sum = Graph()
    sum.append(.add, .input, sum.append(.convolution(3, 4, kernel: 1), .input, name: "a"), name: "sum")
    #expect(
      throws: NetworkError.badInput(
        layer: "sum", got: [[1, 3, 6, 6], [1, 4, 6, 6]], expected: "two values of one shape")
    ) { try sum.outputShape(for: [1, 3, 6, 6]) }
    #expect(b.self == graph.output)
  }

  @Test func graphsEndInRows() throws {
    var graph = Graph()
    graph.append(.convolution(3, 4, kernel: 3), .input, name: "last")
    let error = #expect(throws: NetworkError.self) {
      try Network(graph: graph, parameters: Parameters(initializing: graph, seed: 1), channels: 3, height: 6, width: 6)
    }
    #expect(error.map(String.init(describing:))?.contains("last") == true)
  }

  @Test func weightsOfAnotherArchitecture() throws {
    let other = try Architectures.named("small-conv-plain", embedding: 8, normalization: .none, input: Self.input)
    let graph = try graph()
    let parameters = Parameters(initializing: other, seed: 1)
    let error = #expect(throws: NetworkError.self) {
      try Network(graph: graph, parameters: parameters, channels: 3, height: 32, width: 32)
    }
    #expect(error.map(String.init(describing:))?.contains("bn1.weight") == true)
    #expect(throws: NetworkError.surplusParameters(names: (1...4).map { "conv\($0).bias" })) {
      var tensors = Parameters(initializing: graph, seed: 1).dictionary
      for index in 1...4 { tensors["conv\(index).bias"] = Tensor(zeros: [4]) }
      _ = try Parameters(graph, tensors: tensors)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func weightsThatAreNotFinite(value: Float) throws {
    let graph = try graph()
    for name in ["conv1.weight", "bn3.running_var", "fc.bias"] {
      var parameters = Parameters(initializing: graph, seed: 1)
      parameters[name][3] = value
      let expected = NetworkError.notFinite(name: name)
      #expect("\(expected)".contains(name))
      #expect(throws: expected) {
        try Network(graph: graph, parameters: parameters, channels: 3, height: 32, width: 32)
      }
      #expect(throws: expected) {
        try TrainableNetwork(graph: graph, parameters: parameters, channels: 3, height: 32, width: 32)
      }
    }
  }

  @Test func trainingThatDivergedIsNotFrozen() throws {
    let graph = try graph()
    let network = try TrainableNetwork(
      graph: graph, parameters: Parameters(initializing: graph, seed: 1), channels: 3, height: 32, width: 32)
    let images = Variable(constant: Hashed.tensor("images", [2, 3, 32, 32]))
    var optimizer = SGD(learningRate: .infinity)
    try network.backward(from: try network.train(images, batchNorm: .frozen))
    try network.step(&optimizer)
    #expect(throws: NetworkError.self) { try network.frozen() }
  }

  @Test(arguments: ArchitectureTests.names)
  func emptyBatchOfEveryArchitecture(name: String) throws {
    let (graph, input) = try InvarianceTests.make(name)
    let network = try Network(
      graph: graph, parameters: Hashed.parameters(graph), channels: input.channels, height: input.height,
      width: input.width)
    let empty = Tensor(zeros: [0, input.channels, input.height, input.width])
    #expect(try network(empty).shape == [0, 24])
    #expect(try network(Variable(leaf: empty)).shape == [0, 24])
  }

  @Test func flopsOfResNet18() throws {
    let graph = try Architectures.named(
      "resnet18", embedding: 1000, normalization: .none, input: ImageExtent(channels: 3, height: 224, width: 224))
    let flops = try graph.flops(for: [1, 3, 224, 224])
    // 1.814 G multiply-adds.
    #expect(abs(Double(flops) / 3.64e9 - 1) < 0.02)
  }
}
