import Networks

extension OpCase {
  /// An operation on the image's positions as tokens, laid flat.
  private init(tokens name: String, _ channels: Int, _ height: Int, _ width: Int, _ ops: Op...) {
    self.init(name, channels, height, width) { graph in
      var x = graph.append(.tokens, .input, name: "tokens")
      for (index, op) in ops.enumerated() { x = graph.append(op, x, name: "op\(index)") }
      graph.append(.flatten, x, name: "flatten")
    }
  }

  static let tokens: [OpCase] = [
    OpCase(tokens: "tokens", 5, 3, 4),
    OpCase(tokens: "layer norm of tokens", 20, 2, 3, .layerNorm(features: 20, epsilon: 1e-6)),
    OpCase(tokens: "linear layer of tokens", 6, 2, 3, .linear(inputs: 6, outputs: 9, bias: true)),
    OpCase(tokens: "softmax of tokens", 19, 2, 2, .softmax),
    OpCase(
      tokens: "attention", 6, 3, 3, .linear(inputs: 6, outputs: 24, bias: true), .attention(heads: 2)),
    OpCase(
      tokens: "attention of one head", 5, 2, 2, .linear(inputs: 5, outputs: 48, bias: false), .attention(heads: 1)),
    OpCase(
      tokens: "class token and positions", 4, 2, 2, .prependTokens(count: 1, features: 4, isFlat: false),
      .positions(
        PositionEmbedding(
          leading: 1, grid: Extent(2), features: 4, isFlat: true, resizing: .bicubic(offset: 0)))),
    OpCase(tokens: "two tokens in front", 4, 2, 2, .prependTokens(count: 2, features: 4, isFlat: false)),
    OpCase(tokens: "flat class token", 4, 2, 2, .prependTokens(count: 1, features: 4, isFlat: true)),
    OpCase(tokens: "layer scale", 18, 2, 2, .channelScale(features: 18, start: 1)),
    OpCase(tokens: "first token", 6, 2, 2, .slice(0..<1)),
    OpCase("patches", 3, 8, 6) { graph in
      let x = graph.append(.patchEmbedding(inputs: 3, outputs: 5, patch: 2, bias: true), .input, name: "proj")
      graph.append(.flatten, x, name: "flatten")
    },
    OpCase("patches with a rest", 2, 7, 8) { graph in
      let x = graph.append(.patchEmbedding(inputs: 2, outputs: 5, patch: 3, bias: false), .input, name: "proj")
      graph.append(.flatten, x, name: "flatten")
    },
    OpCase("transformer block", 6, 2, 3) { graph in
      let x = graph.append(.tokens, .input, name: "tokens")
      var y = graph.append(.layerNorm(features: 6, epsilon: 1e-5), x, name: "norm1")
      y = graph.append(.linear(inputs: 6, outputs: 18, bias: true), y, name: "attn.in_proj_")
      y = graph.append(.attention(heads: 3), y, name: "attn")
      y = graph.append(.linear(inputs: 6, outputs: 6, bias: true), y, name: "attn.out_proj")
      let z = graph.append(.add, x, y, name: "add1")
      var m = graph.append(.layerNorm(features: 6, epsilon: 1e-5), z, name: "norm2")
      m = graph.append(.linear(inputs: 6, outputs: 24, bias: true), m, name: "fc1")
      m = graph.append(.gelu(.exact), m, name: "gelu")
      m = graph.append(.linear(inputs: 24, outputs: 6, bias: true), m, name: "fc2")
      let w = graph.append(.add, z, m, name: "add2")
      graph.append(.flatten, graph.append(.slice(0..<1), w, name: "first"), name: "flatten")
    },
  ]

  static let pointwise: [OpCase] = [
    OpCase("exact GELU", (3, 5, 5), .gelu(.exact)), OpCase("GELU by tanh", (3, 5, 5), .gelu(.tanh)),
    OpCase("quick GELU", (3, 5, 5), .gelu(.quick)), OpCase("sigmoid", (3, 5, 5), .sigmoid),
    OpCase("scale", (3, 5, 5), .scale(-1.5)), OpCase("no dropout", (3, 5, 5), .dropout(0)),
    OpCase("channel scale", (5, 3, 3), .channelScale(features: 5, start: 1)),
    OpCase("sigmoid behind a convolution", 3, 5, 5) { graph in
      let x = graph.append(.convolution(3, 20, kernel: 3), .input, name: "conv")
      let y = graph.append(.convolution(20, 4, kernel: 1), graph.append(.sigmoid, x, name: "op"), name: "after")
      graph.append(.flatten, y, name: "flatten")
    },
    OpCase("layer norm of rows", 2, 3, 4) { graph in
      let x = graph.append(.flatten, .input, name: "flatten")
      graph.append(.layerNorm(features: 24, epsilon: 1e-5), x, name: "op")
    },
    OpCase("projection", 2, 3, 4) { graph in
      let x = graph.append(.flatten, .input, name: "flatten")
      graph.append(.projection(inputs: 24, outputs: 7), x, name: "proj")
    },
    OpCase("softmax of rows", 2, 3, 4) { graph in
      graph.append(.softmax, graph.append(.flatten, .input, name: "flatten"), name: "op")
    },
    OpCase("unit length", 2, 3, 4) { graph in
      graph.append(.l2Normalize(epsilon: 1e-12), graph.append(.flatten, .input, name: "flatten"), name: "op")
    },
    OpCase("unit length, floored", 2, 3, 4) { graph in
      graph.append(.l2Normalize(epsilon: 50), graph.append(.flatten, .input, name: "flatten"), name: "op")
    },
  ]

  static let shapes: [OpCase] = [
    OpCase("padded channels", (3, 4, 5), .padChannels(to: 7)), OpCase("sliced channels", (6, 3, 4), .slice(2..<5)),
    OpCase("reshaped", (6, 2, 2), .reshape([4, 6])),
    OpCase("concatenation", 3, 6, 6) { graph in
      let a = graph.append(.convolution(3, 5, kernel: 3, padding: 1), .input, name: "a")
      let b = graph.append(.convolution(3, 7, kernel: 1), .input, name: "b")
      let y = graph.append(.concat(count: 3), a, .input, b, name: "op")
      graph.append(.flatten, y, name: "flatten")
    },
    OpCase("concatenation of whole blocks", 3, 6, 6) { graph in
      let a = graph.append(.convolution(3, 16, kernel: 3, padding: 1), .input, name: "a")
      let b = graph.append(.relu, graph.append(.convolution(3, 32, kernel: 1), .input, name: "b"), name: "relu")
      let y = graph.append(.concat(count: 2), a, b, name: "op")
      graph.append(.flatten, graph.append(.slice(16..<32), y, name: "slice"), name: "flatten")
    },
    OpCase("sliced rows", 2, 3, 4) { graph in
      graph.append(.slice(5..<11), graph.append(.flatten, .input, name: "flatten"), name: "op")
    },
  ]

  static let morePools: [OpCase] = [
    OpCase(
      "max, rounded up", (3, 8, 7), .maxPool(size: Extent(3), stride: Extent(2), padding: Extent(0), roundsUp: true)),
    OpCase(
      "mean, rounded up", (3, 8, 7),
      .averagePool(size: Extent(3), stride: Extent(2), padding: Extent(1), countsPadding: false, roundsUp: true)),
    OpCase(
      "mean with a divisor", (5, 8, 8),
      .averagePool(size: Extent(4), stride: Extent(4), padding: Extent(0), countsPadding: true, divisor: 4)),
    OpCase("adaptive mean", (3, 7, 9), .adaptiveAveragePool(Extent(3, 4))),
    OpCase("adaptive mean, enlarged", (3, 2, 3), .adaptiveAveragePool(Extent(5, 7))),
  ]

  private static func transposed(
    _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int, padding: Int, extra: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true
  ) -> Op {
    .transposedConvolution(
      inputs: inputs, outputs: outputs, kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding),
      extra: Extent(extra), dilation: Extent(dilation), groups: groups, bias: bias)
  }

  static let transposedConvolutions: [OpCase] = [
    OpCase("transposed", (6, 5, 4), transposed(6, 4, 3, stride: 1, padding: 1)),
    OpCase("transposed, stride 2", (5, 4, 5), transposed(5, 20, 3, stride: 2, padding: 1, extra: 1, bias: false)),
    OpCase("transposed, dilated", (4, 4, 4), transposed(4, 6, 3, stride: 1, padding: 1, dilation: 2)),
    OpCase("transposed, grouped", (8, 4, 4), transposed(8, 6, 3, stride: 2, padding: 0, groups: 2)),
  ]

  static let sll: [OpCase] = [
    OpCase("SLL convolution", (7, 6, 5), .sllConvolution(channels: 7, inner: 5)),
    OpCase("SLL convolution, wide", (10, 4, 19), .sllConvolution(channels: 10, inner: 5)),
    OpCase("SLL convolution, seven inside", (4, 5, 5), .sllConvolution(channels: 4, inner: 7)),
    OpCase("two SLL convolutions", 3, 5, 6) { graph in
      var x = graph.append(.padChannels(to: 6), .input, name: "pad")
      for index in 0..<2 { x = graph.append(.sllConvolution(channels: 6, inner: 5), x, name: "convs.\(index)") }
      graph.append(.flatten, x, name: "flatten")
    },
    OpCase("SLL convolution, pooled, and read twice", 3, 8, 8) { graph in
      let x = graph.append(.sllConvolution(channels: 3, inner: 5), .input, name: "first")
      let y = graph.append(.sllConvolution(channels: 3, inner: 5), x, name: "second")
      var z = graph.append(.add, x, y, name: "sum")
      z = graph.append(.sllConvolution(channels: 3, inner: 5), z, name: "third")
      z = graph.append(
        .averagePool(size: Extent(4), stride: Extent(4), padding: Extent(0), countsPadding: true, divisor: 4), z,
        name: "pool")
      graph.append(.flatten, z, name: "flatten")
    },
    OpCase("SLL linear layers", 2, 3, 4) { graph in
      var x = graph.append(.flatten, .input, name: "flatten")
      for index in 0..<2 { x = graph.append(.sllLinear(features: 24, inner: 7), x, name: "linear.\(index)") }
    },
  ]
}
