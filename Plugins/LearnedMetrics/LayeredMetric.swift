package import GauntletKit
package import Gradients
internal import Networks
package import Tensors

/// A sum of distances of features, layer by layer: LPIPS and DISTS.
package struct LayeredMetric: Metric {
  package let card: Card
  package let input: ImageRequirement
  private let stack: FeatureStack
  private let layers: [any LayerDistance]
  /// Whether the first layer compares the images themselves.
  private let includesImages: Bool

  /// Features of fixed images are kept if they take at most so many times what the images take; else the images are
  /// kept and their features computed again. Either gives the same bits.
  private static let largestGrowth = 4

  /// - Parameter layers: one for each stage, behind one for the images if `includesImages`.
  init(card: Card, stack: FeatureStack, layers: [any LayerDistance], includesImages: Bool = false) {
    self.card = card
    self.stack = stack
    self.layers = layers
    self.includesImages = includesImages
    input = .channels(3, minimumSide: stack.minimumSide)
  }

  package func features(of images: Tensor) throws -> Features {
    let spec = try spec(of: images.shape)
    let shapes = try stack.shapes(ImageExtent(channels: spec.channels, height: spec.height, width: spec.width))
    let size = shapes.reduce(0) { $0 + $1.count }
    return Features(size <= Self.largestGrowth * images.shape.rowCount ? try packed(images) : images)
  }

  package func distances(from images: Variable, to fixed: Features) throws -> Variable {
    let spec = try spec(of: images.shape)
    precondition(
      images.shape[0] == fixed.count, "distances of \(images.shape[0]) images to \(fixed.count) fixed ones")
    if fixed.values.shape.rank == 4, try self.spec(of: fixed.values.shape) != spec {
      throw unusable("got images of \(spec) and fixed ones of \(try self.spec(of: fixed.values.shape))")
    }
    let values = fixed.values.shape.rank == 4 ? try packed(fixed.values) : fixed.values
    let features = try layerFeatures(images)
    let size = features.reduce(0) { $0 + $1.shape.rowCount }
    guard values.shape.rowCount == size else {
      throw unusable("got images of \(spec), and features of fixed images of another size")
    }
    var offset = 0
    var sum: Variable?
    for (layer, features) in zip(layers, features) {
      let part = layer(features, values, at: offset)
      sum = sum.map { $0 + part } ?? part
      offset += features.shape.rowCount
    }
    return sum ?? Variable(constant: Tensor(zeros: [images.shape[0]]))
  }

  private func layerFeatures(_ images: Variable) throws -> [Variable] {
    (includesImages ? [images] : []) + (try stack(images))
  }

  /// The features of all layers side by side: [N, D].
  private func packed(_ images: Tensor) throws -> Tensor {
    let parts = try layerFeatures(Variable(constant: images)).map(\.value)
    let sizes = parts.map(\.shape.rowCount)
    let width = sizes.reduce(0, +)
    return Tensor(unsafeUninitialized: [images.rows, width]) { target in
      var offset = 0
      for (part, size) in zip(parts, sizes) {
        part.withScalars { source in
          guard let from = source.baseAddress, let to = target.baseAddress else { return }
          for row in 0..<images.rows { (to + row * width + offset).update(from: from + row * size, count: size) }
        }
        offset += size
      }
    }
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
