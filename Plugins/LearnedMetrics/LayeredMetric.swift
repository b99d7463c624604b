package import GauntletKit
package import Gradients
package import Tensors

/// A sum of distances of features, layer by layer: LPIPS and DISTS.
package struct LayeredMetric: Metric {
  package let card: Card
  package let input: ImageRequirement
  private let stack: FeatureStack
  private let layers: [any LayerDistance]
  /// Whether the first layer compares the images themselves.
  private let includesImages: Bool

  /// - Parameter layers: one for each stage, behind one for the images if `includesImages`.
  init(card: Card, stack: FeatureStack, layers: [any LayerDistance], includesImages: Bool = false) {
    self.card = card
    self.stack = stack
    self.layers = layers
    self.includesImages = includesImages
    input = .channels(3, minimumSide: stack.minimumSide)
  }

  /// The images themselves: the features of all layers take up to forty times as much, and a forward pass without gradient
  /// is the smaller part of a distance with one.
  package func features(of images: Tensor) throws -> Features {
    _ = try spec(of: images.shape)
    return Features(images)
  }

  package func distances(from images: Variable, to fixed: Features) throws -> Variable {
    let (spec, other) = (try spec(of: images.shape), try spec(of: fixed.values.shape))
    precondition(
      images.shape[0] == fixed.count, "distances of \(images.shape[0]) images to \(fixed.count) fixed ones")
    guard spec == other else { throw unusable("got images of \(spec) and fixed ones of \(other)") }
    // Features of a few images at a time, where nothing has to wait for a gradient.
    guard !images.takesGradient, fixed.count > Self.batch else { return try distances(images, fixed.values) }
    let parts = try stride(from: 0, to: fixed.count, by: Self.batch).map { first in
      let rows = first..<min(first + Self.batch, fixed.count)
      return try distances(Variable(constant: images.value.rows(rows)), fixed.values.rows(rows)).value
    }
    return Variable(constant: Tensor(concatenating: parts))
  }

  private static let batch = 32

  private func distances(_ images: Variable, _ fixed: Tensor) throws -> Variable {
    let features = try layerFeatures(images)
    let fixedFeatures = try layerFeatures(Variable(constant: fixed))
    var sum: Variable?
    for (layer, (features, fixed)) in zip(layers, zip(features, fixedFeatures)) {
      let part = layer(features, fixed.value)
      sum = sum.map { $0 + part } ?? part
    }
    return sum ?? Variable(constant: Tensor(zeros: [images.shape[0]]))
  }

  private func layerFeatures(_ images: Variable) throws -> [Variable] {
    (includesImages ? [images] : []) + (try stack(images))
  }

  /// - Throws: `PluginError.unusable` where the metric cannot take images of that shape.
  private func spec(of shape: Shape) throws -> ImageSpec {
    precondition(shape.rank == 4, "images of [N, C, H, W] expected, got \(shape)")
    let spec = ImageSpec(channels: shape[1], height: shape[2], width: shape[3])
    guard input.accepts(spec) else { throw unusable("got \(spec) images, expected \(input)") }
    return spec
  }

  private func unusable(_ reason: String) -> PluginError { .unusable(plugin: "metric \(card.id)", reason: reason) }
}
