extension Architectures {
  enum ResidualBlock {
    case basic, bottleneck
    var expansion: Int { self == .basic ? 1 : 4 }
  }

  /// He, Zhang, Ren & Sun, "Deep residual learning for image recognition", with the names and the stride placement
  /// (in the 3×3 convolution of a bottleneck) of torchvision.
  static func resNet(
    _ block: ResidualBlock, _ depths: [Int], embedding: Int, normalization: Normalization, channels: Int
  ) -> Graph {
    var graph = Graph()
    func convolution(
      _ x: Graph.Value, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, _ name: String, _ norm: String
    ) -> Graph.Value {
      let y = graph.append(
        .convolution(inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2, bias: false), x, name: name)
      return graph.append(.batchNorm(channels: outputs, epsilon: 1e-5), y, name: norm)
    }
    var x = normalization.append(to: &graph)
    x = convolution(x, channels, 64, kernel: 7, stride: 2, "conv1", "bn1")
    x = graph.append(.relu, x, name: "relu")
    x = graph.append(.maxPool(size: Extent(3), stride: Extent(2), padding: Extent(1)), x, name: "maxpool")
    var inputs = 64
    for (stage, depth) in depths.enumerated() {
      let width = 64 << stage
      let outputs = width * block.expansion
      for index in 0..<depth {
        let prefix = "layer\(stage + 1).\(index)."
        let stride = stage > 0 && index == 0 ? 2 : 1
        func part(_ x: Graph.Value, _ from: Int, _ to: Int, kernel: Int, stride: Int = 1, _ number: Int)
          -> Graph.Value
        {
          convolution(x, from, to, kernel: kernel, stride: stride, prefix + "conv\(number)", prefix + "bn\(number)")
        }
        func relu(_ x: Graph.Value) -> Graph.Value { graph.append(.relu, x, name: prefix + "relu") }
        let shortcut =
          stride == 1 && inputs == outputs
          ? x
          : convolution(
            x, inputs, outputs, kernel: 1, stride: stride, prefix + "downsample.0", prefix + "downsample.1")
        let branch: Graph.Value
        switch block {
        case .basic:
          let y = relu(part(x, inputs, width, kernel: 3, stride: stride, 1))
          branch = part(y, width, width, kernel: 3, 2)
        case .bottleneck:
          let y = relu(part(x, inputs, width, kernel: 1, 1))
          let z = relu(part(y, width, width, kernel: 3, stride: stride, 2))
          branch = part(z, width, outputs, kernel: 1, 3)
        }
        x = relu(graph.append(.add, branch, shortcut, name: prefix + "add"))
        inputs = outputs
      }
    }
    x = graph.append(.globalAveragePool, x, name: "avgpool")
    graph.append(.linear(inputs: inputs, outputs: embedding, bias: true), x, name: "fc")
    return graph
  }
}
