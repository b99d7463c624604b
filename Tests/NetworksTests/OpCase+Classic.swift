import Networks

extension OpCase {
  private static func mean(
    _ size: Int, stride: Int, padding: Int, counts: Bool, roundsUp: Bool = true, divisor: Int? = nil
  ) -> Op {
    .averagePool(
      size: Extent(size), stride: Extent(stride), padding: Extent(padding), countsPadding: counts, roundsUp: roundsUp,
      divisor: divisor)
  }

  private static func most(_ size: Int, stride: Int, padding: Int) -> Op {
    .maxPool(size: Extent(size), stride: Extent(stride), padding: Extent(padding), roundsUp: true)
  }

  /// An operation between two convolutions, where values lie in blocks of channels.
  private static func between(_ name: String, _ side: Int, _ channels: Int, _ outputs: Int, _ op: Op) -> OpCase {
    OpCase(name, 3, side, side + 1) { graph in
      var x = graph.append(.convolution(3, channels, kernel: 3, padding: 1), .input, name: "before")
      x = graph.append(op, graph.append(.relu, x, name: "relu"), name: "op")
      x = graph.append(.convolution(outputs, 4, kernel: 1), x, name: "after")
      graph.append(.flatten, x, name: "flatten")
    }
  }

  private static func transposed(
    _ inputs: Int, _ outputs: Int, _ kernel: Extent, stride: Extent, padding: Extent, extra: Extent, bias: Bool
  ) -> Op {
    .transposedConvolution(
      inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: padding, extra: extra,
      dilation: Extent(1), groups: 1, bias: bias)
  }

  /// What the classic networks ask of poolings, and of values that were convolved before.
  static let classic: [OpCase] = [
    OpCase("max, rounded up and padded", (3, 8, 7), most(3, stride: 2, padding: 1)),
    OpCase("max, rounded up to a window behind", (3, 6, 5), most(2, stride: 3, padding: 1)),
    OpCase("mean, rounded up, padding counts", (3, 8, 7), mean(3, stride: 2, padding: 1, counts: true)),
    OpCase("mean, rounded up, long strides", (3, 7, 6), mean(2, stride: 3, padding: 1, counts: true)),
    OpCase("mean, rounded up with a divisor", (3, 8, 7), mean(3, stride: 2, padding: 1, counts: false, divisor: 5)),
    between("max of blocks, rounded up", 8, 20, 20, most(3, stride: 2, padding: 0)),
    between("mean of blocks, rounded up", 8, 20, 20, mean(3, stride: 2, padding: 1, counts: true)),
    between("adaptive mean of blocks", 7, 20, 20, .adaptiveAveragePool(Extent(3, 2))),
    between("adaptive mean of one position", 5, 20, 20, .adaptiveAveragePool(Extent(1))),
    between("slice of blocks", 5, 48, 16, .slice(16..<32)), between("slice across blocks", 5, 40, 17, .slice(9..<26)),
    between("scaled blocks", 5, 20, 20, .channelScale(features: 20, start: 1)),
    between("padded blocks", 5, 20, 37, .padChannels(to: 37)),
    between("reshaped blocks", 4, 20, 10, .reshape([10, 8, 5])),
    between(
      "transposed between convolutions", 5, 20, 24,
      transposed(20, 24, Extent(3), stride: Extent(2), padding: Extent(1), extra: Extent(1), bias: true)),
    OpCase(
      "transposed, oblong", (4, 4, 5),
      transposed(4, 6, Extent(2, 5), stride: Extent(1, 2), padding: Extent(0, 1), extra: Extent(0, 1), bias: true)),
    OpCase("concatenation of rows", 2, 3, 4) { graph in
      let x = graph.append(.flatten, .input, name: "flatten")
      let a = graph.append(.linear(inputs: 24, outputs: 5, bias: true), x, name: "a")
      let b = graph.append(.linear(inputs: 24, outputs: 16, bias: true), x, name: "b")
      graph.append(.concat(count: 3), a, b, a, name: "op")
    },
    OpCase("unit length behind a linear layer", 2, 3, 4) { graph in
      let x = graph.append(.flatten, .input, name: "flatten")
      let y = graph.append(.linear(inputs: 24, outputs: 19, bias: true), x, name: "fc")
      graph.append(.l2Normalize(epsilon: 1e-12), y, name: "op")
    },
    OpCase("a rectified sum of rows", 2, 3, 4) { graph in
      let x = graph.append(.flatten, .input, name: "flatten")
      let y = graph.append(.linear(inputs: 24, outputs: 24, bias: true), x, name: "fc")
      graph.append(.relu, graph.append(.add, y, x, name: "add"), name: "op")
    },
    OpCase("fire", 3, 9, 9) { graph in
      let x = graph.append(.convolution(3, 16, kernel: 1), .input, name: "squeeze")
      let s = graph.append(.relu, x, name: "squeezed")
      let a = graph.append(
        .relu, graph.append(.convolution(16, 32, kernel: 1), s, name: "one"), name: "oneRelu")
      let b = graph.append(
        .relu, graph.append(.convolution(16, 32, kernel: 3, padding: 1), s, name: "three"), name: "threeRelu")
      let y = graph.append(
        most(3, stride: 2, padding: 0), graph.append(.concat(count: 2), a, b, name: "op"), name: "pool")
      graph.append(.globalAveragePool, y, name: "mean")
    },
    OpCase("inverted residual", 8, 6, 6) { graph in
      func norm(_ x: Graph.Value, _ channels: Int, _ name: String) -> Graph.Value {
        graph.append(.batchNorm(channels: channels, epsilon: 1e-5), x, name: name)
      }
      var x = norm(graph.append(.convolution(8, 24, kernel: 1, bias: false), .input, name: "wide"), 24, "norm1")
      x = graph.append(.relu, x, name: "relu1")
      x = graph.append(.convolution(24, 24, kernel: 5, padding: 2, groups: 24, bias: false), x, name: "deep")
      x = graph.append(.relu, norm(x, 24, "norm2"), name: "relu2")
      x = norm(graph.append(.convolution(24, 8, kernel: 1, bias: false), x, name: "narrow"), 8, "norm3")
      graph.append(.flatten, graph.append(.add, x, .input, name: "op"), name: "flatten")
    },
  ]
}
