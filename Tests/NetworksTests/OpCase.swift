import Testing
import Networks

/// One small graph around an op: compared with the interpreter forwards, and with its finite differences backwards.
struct OpCase: Sendable, CustomTestStringConvertible {
  let name: String
  let input: ImageExtent
  let build: @Sendable (inout Graph) -> Void

  init(_ name: String, _ channels: Int, _ height: Int, _ width: Int, _ build: @escaping @Sendable (inout Graph) -> Void)
  {
    self.name = name
    input = ImageExtent(channels: channels, height: height, width: width)
    self.build = build
  }

  /// A convolution and a flatten.
  init(_ name: String, _ input: (Int, Int, Int), _ op: Op) {
    self.init(name, input.0, input.1, input.2) { graph in
      let x = graph.append(op, .input, name: "op")
      graph.append(.flatten, x, name: "flatten")
    }
  }

  var graph: Graph {
    var graph = Graph()
    build(&graph)
    return graph
  }

  var testDescription: String { name }

  static let all: [OpCase] =
    convolutions + transposedConvolutions + pools + morePools + others + combinations + pointwise + tokens + shapes
    + sll + classic

  static let convolutions: [OpCase] = [
    OpCase("3×3 of three channels", (3, 7, 6), .convolution(3, 5, kernel: 3, padding: 1)),
    OpCase("7×7 stem", (3, 18, 17), .convolution(3, 16, kernel: 7, stride: 2, padding: 3, bias: false)),
    OpCase("5×5 of one channel", (1, 9, 9), .convolution(1, 20, kernel: 5, padding: 2)),
    OpCase("5×5 without padding", (1, 9, 8), .convolution(1, 6, kernel: 5)),
    OpCase("11×11 of three channels", (3, 15, 15), .convolution(3, 8, kernel: 11, stride: 4, padding: 2)),
    OpCase("3×3 of four channels", (4, 6, 6), .convolution(4, 7, kernel: 3, padding: 1)),
    OpCase("Winograd", (32, 9, 8), .convolution(32, 16, kernel: 3, padding: 1)),
    OpCase("Winograd, odd channels", (40, 6, 7), .convolution(40, 24, kernel: 3, padding: 1, bias: false)),
    OpCase("3×3, wide padding", (16, 5, 5), .convolution(16, 16, kernel: 3, padding: 3)),
    OpCase("3×3 of four positions", (16, 2, 2), .convolution(16, 20, kernel: 3, padding: 1)),
    OpCase("3×3 of one position", (20, 3, 3), .convolution(20, 16, kernel: 3, stride: 2)),
    OpCase("3×3 of four positions, strided", (17, 4, 4), .convolution(17, 33, kernel: 3, stride: 2, padding: 1)),
    OpCase("3×3, stride 2", (20, 8, 7), .convolution(20, 33, kernel: 3, stride: 2, padding: 1)),
    OpCase("1×1, stride 2", (17, 7, 7), .convolution(17, 9, kernel: 1, stride: 2, bias: false)),
    OpCase("dilated", (6, 9, 9), .convolution(6, 8, kernel: 3, padding: 2, dilation: 2)),
    OpCase("dilated, one channel", (1, 9, 9), .convolution(1, 4, kernel: 3, dilation: 3)),
    OpCase("grouped", (8, 6, 6), .convolution(8, 12, kernel: 3, padding: 1, groups: 2)),
    OpCase("grouped by 16", (32, 5, 5), .convolution(32, 32, kernel: 3, padding: 1, groups: 2)),
    OpCase("depthwise", (16, 6, 6), .convolution(16, 16, kernel: 3, padding: 1, groups: 16)),
    OpCase(
      "oblong", (3, 8, 12),
      .convolution(
        inputs: 3, outputs: 6, kernel: Extent(2, 5), stride: Extent(1, 2), padding: Extent(0, 1), dilation: Extent(1),
        groups: 1, bias: true)),
  ]

  static let pools: [OpCase] = [
    OpCase("max 2×2", (3, 6, 7), .maxPool(size: Extent(2), stride: Extent(2), padding: Extent(0))),
    OpCase("max 3×3", (20, 8, 7), .maxPool(size: Extent(3), stride: Extent(2), padding: Extent(1))),
    OpCase(
      "mean 2×2", (3, 6, 6), .averagePool(size: Extent(2), stride: Extent(2), padding: Extent(0), countsPadding: true)),
    OpCase(
      "mean, padded", (3, 6, 5),
      .averagePool(size: Extent(3), stride: Extent(2), padding: Extent(1), countsPadding: true)),
    OpCase(
      "mean, padding left out", (3, 6, 5),
      .averagePool(size: Extent(3), stride: Extent(2), padding: Extent(1), countsPadding: false)),
    OpCase("global mean", 5, 4, 3) { $0.append(.globalAveragePool, .input, name: "op") },
    OpCase("global mean behind a convolution", 3, 6, 6) { graph in
      let x = graph.append(.convolution(3, 20, kernel: 3), .input, name: "conv")
      graph.append(.globalAveragePool, x, name: "op")
    },
  ]

  static let others: [OpCase] = [
    OpCase("affine", (3, 4, 5), .affine(mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.25, 0.5])),
    OpCase("batch norm", (3, 4, 5), .batchNorm(channels: 3, epsilon: 1e-5)),
    OpCase("relu", (2, 5, 5), .relu),
    OpCase("linear", 2, 3, 4) { graph in
      let x = graph.append(.flatten, .input, name: "flatten")
      graph.append(.linear(inputs: 24, outputs: 7, bias: true), x, name: "op")
    },
    OpCase("two linear layers", 1, 5, 5) { graph in
      var x = graph.append(.flatten, .input, name: "flatten")
      x = graph.append(.linear(inputs: 25, outputs: 40, bias: true), x, name: "first")
      x = graph.append(.relu, x, name: "relu")
      graph.append(.linear(inputs: 40, outputs: 3, bias: false), x, name: "second")
    },
  ]

  static let combinations: [OpCase] = [
    OpCase("convolution, norm, relu", 3, 8, 8) { graph in
      var x = graph.append(.convolution(3, 16, kernel: 3, padding: 1, bias: false), .input, name: "conv")
      x = graph.append(.batchNorm(channels: 16, epsilon: 1e-5), x, name: "norm")
      x = graph.append(.relu, x, name: "relu")
      graph.append(.flatten, x, name: "flatten")
    },
    OpCase("biased convolution, norm", 4, 5, 6) { graph in
      var x = graph.append(.convolution(4, 5, kernel: 3), .input, name: "conv")
      x = graph.append(.batchNorm(channels: 5, epsilon: 1e-3), x, name: "norm")
      graph.append(.flatten, x, name: "flatten")
    },
    OpCase("norm behind a relu", 3, 6, 6) { graph in
      var x = graph.append(.convolution(3, 18, kernel: 3), .input, name: "conv")
      x = graph.append(.relu, x, name: "relu")
      x = graph.append(.batchNorm(channels: 18, epsilon: 1e-5), x, name: "norm")
      graph.append(.flatten, x, name: "flatten")
    },
    OpCase("identity block", 3, 8, 8) { graph in
      var x = graph.append(.convolution(3, 16, kernel: 3, padding: 1), .input, name: "conv0")
      x = graph.append(.relu, x, name: "relu0")
      var y = graph.append(.convolution(16, 16, kernel: 3, padding: 1, bias: false), x, name: "conv1")
      y = graph.append(.batchNorm(channels: 16, epsilon: 1e-5), y, name: "norm1")
      y = graph.append(.add, y, x, name: "add")
      y = graph.append(.relu, y, name: "relu1")
      graph.append(.globalAveragePool, y, name: "pool")
    },
    OpCase("shortcut block", 3, 9, 9) { graph in
      let x = graph.append(.convolution(3, 16, kernel: 3, padding: 1), .input, name: "conv0")
      var z = graph.append(.convolution(16, 24, kernel: 1, stride: 2, bias: false), x, name: "short")
      z = graph.append(.batchNorm(channels: 24, epsilon: 1e-5), z, name: "shortNorm")
      var y = graph.append(.convolution(16, 24, kernel: 3, stride: 2, padding: 1, bias: false), x, name: "conv1")
      y = graph.append(.batchNorm(channels: 24, epsilon: 1e-5), y, name: "norm1")
      y = graph.append(.add, z, y, name: "add")
      y = graph.append(.relu, y, name: "relu1")
      graph.append(.flatten, y, name: "flatten")
    },
    OpCase("identity block of four positions", 3, 4, 4) { graph in
      var x = graph.append(.convolution(3, 20, kernel: 3, stride: 2, padding: 1), .input, name: "conv0")
      x = graph.append(.relu, x, name: "relu0")
      var y = graph.append(.convolution(20, 20, kernel: 3, padding: 1, bias: false), x, name: "conv1")
      y = graph.append(.batchNorm(channels: 20, epsilon: 1e-5), y, name: "norm1")
      y = graph.append(.add, y, x, name: "add")
      y = graph.append(.relu, y, name: "relu1")
      graph.append(.globalAveragePool, y, name: "pool")
    },
    OpCase("image added to a convolution", 3, 5, 5) { graph in
      let x = graph.append(.convolution(3, 3, kernel: 3, padding: 1), .input, name: "conv")
      let y = graph.append(.add, .input, x, name: "add")
      graph.append(.flatten, y, name: "flatten")
    },
    OpCase("a value added to itself", 3, 5, 5) { graph in
      let x = graph.append(.convolution(3, 4, kernel: 3, padding: 1), .input, name: "conv")
      let y = graph.append(.add, x, x, name: "add")
      graph.append(.flatten, y, name: "flatten")
    },
    OpCase("three readers", 4, 6, 6) { graph in
      let x = graph.append(.relu, graph.append(.convolution(4, 8, kernel: 1), .input, name: "conv0"), name: "relu0")
      let a = graph.append(.convolution(8, 8, kernel: 3, padding: 1), x, name: "a")
      let b = graph.append(.convolution(8, 8, kernel: 1), x, name: "b")
      let y = graph.append(.add, graph.append(.add, a, b, name: "sum1"), x, name: "sum2")
      graph.append(.flatten, y, name: "flatten")
    },
    OpCase("affine, pooled, convolution", 3, 8, 8) { graph in
      var x = graph.append(.affine(mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.25, 0.5]), .input, name: "affine")
      x = graph.append(.maxPool(size: Extent(2), stride: Extent(2), padding: Extent(0)), x, name: "pool")
      x = graph.append(.convolution(3, 5, kernel: 3), x, name: "conv")
      graph.append(.flatten, x, name: "flatten")
    },
  ]
}
