package import Networks

/// A convolutional network cut into stages, each of which ends where features are read: torchvision's layers with
/// torchvision's names, without the classifier.
package struct FeatureBackbone: Sendable {
  package enum Kind: String, CaseIterable, Sendable { case alex, vgg, squeeze }

  /// One layer of torchvision's `features`, and its number there.
  enum Layer {
    case convolution(Int, Int, Int, kernel: Int, stride: Int, padding: Int)
    case fire(Int, Int, squeeze: Int, expand: Int)
    case pool(Int)
  }

  package let kind: Kind
  /// What all numbers of channels but the image's are divided by: 1, and more in miniatures.
  package let divisor: Int
  /// Whether poolings belong to the stages; if not, whoever runs them pools between them.
  let includesPooling: Bool

  package init(_ kind: Kind, divisor: Int = 1, includesPooling: Bool = true) {
    self.kind = kind
    self.divisor = divisor
    self.includesPooling = includesPooling
  }

  /// The channels of each stage's features.
  package var channels: [Int] {
    let all =
      switch kind {
      case .alex: [64, 192, 384, 256, 256]
      case .vgg: [64, 128, 256, 512, 512]
      case .squeeze: [64, 128, 256, 384, 384, 512, 512]
      }
    return all.map { $0 / divisor }
  }

  private var layers: [[Layer]] {
    func convolution(_ place: Int, _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int)
      -> Layer
    {
      .convolution(
        place, place == 0 ? inputs : inputs / divisor, outputs / divisor, kernel: kernel, stride: stride,
        padding: padding)
    }
    func fire(_ place: Int, _ inputs: Int, _ squeeze: Int, _ expand: Int) -> Layer {
      .fire(place, inputs / divisor, squeeze: squeeze / divisor, expand: expand / divisor)
    }
    func same(_ place: Int, _ inputs: Int, _ outputs: Int) -> Layer {
      convolution(place, inputs, outputs, 3, padding: 1)
    }
    switch kind {
    case .alex:
      return [
        [convolution(0, 3, 64, 11, stride: 4, padding: 2)], [.pool(2), convolution(3, 64, 192, 5, padding: 2)],
        [.pool(5), same(6, 192, 384)], [same(8, 384, 256)], [same(10, 256, 256)],
      ]
    case .vgg:
      return [
        [same(0, 3, 64), same(2, 64, 64)], [.pool(4), same(5, 64, 128), same(7, 128, 128)],
        [.pool(9), same(10, 128, 256), same(12, 256, 256), same(14, 256, 256)],
        [.pool(16), same(17, 256, 512), same(19, 512, 512), same(21, 512, 512)],
        [.pool(23), same(24, 512, 512), same(26, 512, 512), same(28, 512, 512)],
      ]
    case .squeeze:
      return [
        [convolution(0, 3, 64, 3, stride: 2, padding: 0)], [.pool(2), fire(3, 64, 16, 64), fire(4, 128, 16, 64)],
        [.pool(5), fire(6, 128, 32, 128), fire(7, 256, 32, 128)], [.pool(8), fire(9, 256, 48, 192)],
        [fire(10, 384, 48, 192)], [fire(11, 384, 64, 256)], [fire(12, 512, 64, 256)],
      ]
    }
  }

  /// One graph a stage, from images [N, 3, H, W] or the features of the stage before, to features [N, C, H′, W′] behind
  /// their rectifier; the first one begins with (x − mean) / deviation.
  package func stages(mean: [Float], deviation: [Float]) -> [Graph] {
    layers.enumerated().map { index, layers in
      var graph = Graph()
      var x = Graph.Value.input
      if index == 0 { x = graph.append(.affine(mean: mean, deviation: deviation), x, name: "normalization") }
      for layer in layers { x = append(layer, x, to: &graph) }
      return graph
    }
  }

  private func append(_ layer: Layer, _ x: Graph.Value, to graph: inout Graph) -> Graph.Value {
    switch layer {
    case .convolution(let place, let inputs, let outputs, let kernel, let stride, let padding):
      let y = graph.append(
        .convolution(inputs, outputs, kernel: kernel, stride: stride, padding: padding), x, name: "features.\(place)")
      return graph.append(.relu, y, name: "features.\(place + 1)")
    case .pool(let place):
      guard includesPooling else { return x }
      let size = Extent(kind == .vgg ? 2 : 3)
      return graph.append(
        .maxPool(size: size, stride: Extent(2), padding: Extent(0), roundsUp: kind == .squeeze), x,
        name: "features.\(place)")
    case .fire(let place, let inputs, let squeeze, let expand):
      func rectified(_ x: Graph.Value, _ inputs: Int, _ outputs: Int, _ kernel: Int, _ name: String) -> Graph.Value {
        let name = "features.\(place).\(name)"
        let y = graph.append(.convolution(inputs, outputs, kernel: kernel, padding: kernel / 2), x, name: name)
        return graph.append(.relu, y, name: name + "_activation")
      }
      let narrow = rectified(x, inputs, squeeze, 1, "squeeze")
      let (one, three) = (
        rectified(narrow, squeeze, expand, 1, "expand1x1"), rectified(narrow, squeeze, expand, 3, "expand3x3")
      )
      return graph.append(.concat(count: 2), one, three, name: "features.\(place).concat")
    }
  }
}
