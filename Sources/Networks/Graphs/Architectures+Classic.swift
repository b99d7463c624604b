// The networks that LPIPS builds on, and MNASNet: torchvision's layers under torchvision's names; the last layer has
// `embedding` outputs.
extension Architectures {
  /// A small builder of sequences, whose layers are named by their place: `features.0`, `features.3`, …
  private struct Sequence {
    var graph: Graph
    var x: Graph.Value

    mutating func convolution(
      _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1,
      bias: Bool = true, _ name: String
    ) {
      x = graph.append(
        .convolution(inputs, outputs, kernel: kernel, stride: stride, padding: padding, groups: groups, bias: bias), x,
        name: name)
    }

    mutating func norm(_ channels: Int, _ name: String) {
      x = graph.append(.batchNorm(channels: channels, epsilon: 1e-5), x, name: name)
    }

    mutating func relu(_ name: String) { x = graph.append(.relu, x, name: name) }

    mutating func maxPool(_ size: Int, roundsUp: Bool = false, _ name: String) {
      x = graph.append(
        .maxPool(size: Extent(size), stride: Extent(2), padding: Extent(0), roundsUp: roundsUp), x, name: name)
    }

    mutating func linear(_ inputs: Int, _ outputs: Int, _ name: String) {
      x = graph.append(.linear(inputs: inputs, outputs: outputs, bias: true), x, name: name)
    }

    mutating func dropout(_ probability: Float, _ name: String) {
      x = graph.append(.dropout(probability), x, name: name)
    }

    mutating func flattened(to side: Int) {
      x = graph.append(.adaptiveAveragePool(Extent(side)), x, name: "avgpool")
      x = graph.append(.flatten, x, name: "flatten")
    }
  }

  /// Krizhevsky, "One weird trick for parallelizing convolutional neural networks".
  @Sendable static func alexNet(embedding: Int, normalization: Normalization, input: ImageExtent) -> Graph {
    var net = Sequence(graph: Graph(), x: .input)
    net.x = normalization.append(to: &net.graph)
    var place = 0
    func layer() -> String { "features.\(place)" }
    var inputs = input.channels
    for (outputs, kernel, stride, padding, pools) in [
      (64, 11, 4, 2, true), (192, 5, 1, 2, true), (384, 3, 1, 1, false), (256, 3, 1, 1, false), (256, 3, 1, 1, true),
    ] {
      net.convolution(inputs, outputs, kernel, stride: stride, padding: padding, layer())
      place += 1
      net.relu(layer())
      place += 1
      if pools {
        net.maxPool(3, layer())
        place += 1
      }
      inputs = outputs
    }
    net.flattened(to: 6)
    net.dropout(0.5, "classifier.0")
    net.linear(256 * 36, 4096, "classifier.1")
    net.relu("classifier.2")
    net.dropout(0.5, "classifier.3")
    net.linear(4096, 4096, "classifier.4")
    net.relu("classifier.5")
    net.linear(4096, embedding, "classifier.6")
    return net.graph
  }

  /// Simonyan & Zisserman, "Very deep convolutional networks", configuration D.
  @Sendable static func vgg16(embedding: Int, normalization: Normalization, input: ImageExtent) -> Graph {
    var net = Sequence(graph: Graph(), x: .input)
    net.x = normalization.append(to: &net.graph)
    var (place, inputs) = (0, input.channels)
    for (outputs, count) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
      for _ in 0..<count {
        net.convolution(inputs, outputs, 3, padding: 1, "features.\(place)")
        net.relu("features.\(place + 1)")
        place += 2
        inputs = outputs
      }
      net.maxPool(2, "features.\(place)")
      place += 1
    }
    net.flattened(to: 7)
    net.linear(512 * 49, 4096, "classifier.0")
    net.relu("classifier.1")
    net.dropout(0.5, "classifier.2")
    net.linear(4096, 4096, "classifier.3")
    net.relu("classifier.4")
    net.dropout(0.5, "classifier.5")
    net.linear(4096, embedding, "classifier.6")
    return net.graph
  }

  /// Iandola et al., "SqueezeNet", version 1.1; its last layer is a rectified 1×1 convolution, averaged.
  @Sendable static func squeezeNet(embedding: Int, normalization: Normalization, input: ImageExtent) -> Graph {
    var net = Sequence(graph: Graph(), x: .input)
    net.x = normalization.append(to: &net.graph)
    net.convolution(input.channels, 64, 3, stride: 2, "features.0")
    net.relu("features.1")
    net.maxPool(3, roundsUp: true, "features.2")
    func fire(_ place: Int, _ inputs: Int, _ squeeze: Int, _ expand: Int) {
      let prefix = "features.\(place)."
      net.convolution(inputs, squeeze, 1, prefix + "squeeze")
      net.relu(prefix + "squeeze_activation")
      let squeezed = net.x
      net.convolution(squeeze, expand, 1, prefix + "expand1x1")
      net.relu(prefix + "expand1x1_activation")
      let narrow = net.x
      net.x = squeezed
      net.convolution(squeeze, expand, 3, padding: 1, prefix + "expand3x3")
      net.relu(prefix + "expand3x3_activation")
      net.x = net.graph.append(.concat(count: 2), narrow, net.x, name: prefix + "concat")
    }
    fire(3, 64, 16, 64)
    fire(4, 128, 16, 64)
    net.maxPool(3, roundsUp: true, "features.5")
    fire(6, 128, 32, 128)
    fire(7, 256, 32, 128)
    net.maxPool(3, roundsUp: true, "features.8")
    fire(9, 256, 48, 192)
    fire(10, 384, 48, 192)
    fire(11, 384, 64, 256)
    fire(12, 512, 64, 256)
    net.dropout(0.5, "classifier.0")
    net.convolution(512, embedding, 1, "classifier.1")
    net.relu("classifier.2")
    net.graph.append(.globalAveragePool, net.x, name: "classifier.3")
    return net.graph
  }

  /// Tan et al., "MnasNet: platform-aware neural architecture search for mobile", multiplier 1.0.
  @Sendable static func mnasNet(embedding: Int, normalization: Normalization, input: ImageExtent) -> Graph {
    var net = Sequence(graph: Graph(), x: .input)
    net.x = normalization.append(to: &net.graph)
    /// A convolution without bias, its norm at the next place, and perhaps a rectifier behind.
    func unit(
      _ prefix: String, _ place: Int, _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1,
      rectifies: Bool = true
    ) {
      net.convolution(
        inputs, outputs, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false,
        prefix + "\(place)")
      net.norm(outputs, prefix + "\(place + 1)")
      if rectifies { net.relu(prefix + "\(place + 2)") }
    }
    unit("layers.", 0, input.channels, 32, 3, stride: 2)
    unit("layers.", 3, 32, 32, 3, groups: 32)
    unit("layers.", 6, 32, 16, 1, rectifies: false)
    var inputs = 16
    let stacks = [
      (24, 3, 2, 3, 3), (40, 5, 2, 3, 3), (80, 5, 2, 6, 3), (96, 3, 1, 6, 2), (192, 5, 2, 6, 4), (320, 3, 1, 6, 1),
    ]
    for (index, (outputs, kernel, stride, expansion, count)) in stacks.enumerated() {
      for block in 0..<count {
        let prefix = "layers.\(8 + index).\(block).layers."
        let (start, middle) = (net.x, inputs * expansion)
        unit(prefix, 0, inputs, middle, 1)
        unit(prefix, 3, middle, middle, kernel, stride: block == 0 ? stride : 1, groups: middle)
        unit(prefix, 6, middle, outputs, 1, rectifies: false)
        if inputs == outputs && (block > 0 || stride == 1) {
          net.x = net.graph.append(.add, net.x, start, name: "layers.\(8 + index).\(block).add")
        }
        inputs = outputs
      }
    }
    unit("layers.", 14, 320, 1280, 1)
    net.x = net.graph.append(.globalAveragePool, net.x, name: "avgpool")
    net.dropout(0.2, "classifier.0")
    net.linear(1280, embedding, "classifier.1")
    return net.graph
  }
}
