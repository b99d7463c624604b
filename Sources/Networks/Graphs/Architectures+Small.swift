extension Architectures {
  /// Two 5×5 convolutions with max pooling and two linear layers, 1024 units wide between them.
  @Sendable static func c2f2(embedding: Int, normalization: Normalization, input: ImageExtent) -> Graph {
    var graph = Graph()
    var x = normalization.append(to: &graph)
    x = graph.append(.convolution(input.channels, 32, kernel: 5, padding: 2), x, name: "conv1")
    x = pooled(graph.append(.relu, x, name: "relu1"), 1, in: &graph)
    x = graph.append(.convolution(32, 64, kernel: 5, padding: 2), x, name: "conv2")
    x = pooled(graph.append(.relu, x, name: "relu2"), 2, in: &graph)
    x = graph.append(.flatten, x, name: "flatten")
    x = graph.append(
      .linear(inputs: 64 * (input.height / 4) * (input.width / 4), outputs: 1024, bias: true), x, name: "fc1")
    x = graph.append(.relu, x, name: "relu3")
    graph.append(.linear(inputs: 1024, outputs: embedding, bias: true), x, name: "fc2")
    return graph
  }

  /// Two 5×5 convolutions without padding, each max-pooled and not rectified, and two linear layers.
  @Sendable static func leNet(embedding: Int, normalization: Normalization, input: ImageExtent) -> Graph {
    var graph = Graph()
    var x = normalization.append(to: &graph)
    x = pooled(graph.append(.convolution(input.channels, 20, kernel: 5), x, name: "conv1"), 1, in: &graph)
    x = pooled(graph.append(.convolution(20, 50, kernel: 5), x, name: "conv2"), 2, in: &graph)
    x = graph.append(.flatten, x, name: "flatten")
    let side = { (extent: Int) in max(((extent - 4) / 2 - 4) / 2, 0) }
    x = graph.append(
      .linear(inputs: 50 * side(input.height) * side(input.width), outputs: 500, bias: true), x, name: "fc1")
    x = graph.append(.relu, x, name: "relu")
    graph.append(.linear(inputs: 500, outputs: embedding, bias: true), x, name: "fc2")
    return graph
  }

  private static func pooled(_ x: Graph.Value, _ number: Int, in graph: inout Graph) -> Graph.Value {
    graph.append(.maxPool(size: Extent(2), stride: Extent(2), padding: Extent(0)), x, name: "pool\(number)")
  }

  /// Four 3×3 convolutions of 32, 64, 128 and 128 channels, the last three with stride 2, a global mean, one linear layer.
  static func smallConv(
    embedding: Int, normalization: Normalization, channels: Int, batchNorm: Bool
  ) -> Graph {
    var graph = Graph()
    var x = normalization.append(to: &graph)
    var inputs = channels
    for (index, outputs) in [32, 64, 128, 128].enumerated() {
      let number = index + 1
      x = graph.append(
        .convolution(inputs, outputs, kernel: 3, stride: index == 0 ? 1 : 2, padding: 1, bias: !batchNorm), x,
        name: "conv\(number)")
      if batchNorm { x = graph.append(.batchNorm(channels: outputs, epsilon: 1e-5), x, name: "bn\(number)") }
      x = graph.append(.relu, x, name: "relu\(number)")
      inputs = outputs
    }
    x = graph.append(.globalAveragePool, x, name: "pool")
    graph.append(.linear(inputs: inputs, outputs: embedding, bias: true), x, name: "fc")
    return graph
  }
}
