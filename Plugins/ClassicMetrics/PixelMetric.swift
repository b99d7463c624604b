internal import GauntletKit
internal import Gradients
internal import Tensors

/// A metric that is a function of two images' pixels, with a gradient written by hand: one node on the tape.
///
/// Samples are worked on in parallel, each by one worker from its first value to its last, so neither the batch nor the
/// number of workers changes a bit.
protocol PixelMetric: Metric {
  /// The distance of two images of one size.
  func distance(_ image: ImageView, _ fixed: ImageView) -> Double
  /// Overwrites `target` with `weight` · ∂distance/∂image.
  func writeGradient(
    _ image: ImageView, _ fixed: ImageView, weight: Double, to target: UnsafeMutableBufferPointer<Float>)
}

extension PixelMetric {
  /// The images themselves.
  func features(of images: Tensor) throws -> Features {
    try check(images.shape)
    return Features(images)
  }

  func distances(from images: Variable, to fixed: Features) throws -> Variable {
    let (x, y) = (images.value, fixed.values)
    precondition(x.shape == y.shape, "distances of images \(x.shape) to fixed ones of \(y.shape)")
    try check(x.shape)
    let values = Tensor(unsafeUninitialized: [x.rows]) { target in
      let target = Unchecked(target)
      Self.forEachPair(x, y) { i, a, b in target.value[i] = Float(distance(a, b)) }
    }
    return Variable(values, from: [images]) { seed in
      let gradient = Tensor(unsafeUninitialized: x.shape) { target in
        let target = Unchecked(target)
        let size = x.shape.rowCount
        seed.withScalars { seeds in
          let seeds = Unchecked(seeds)
          Self.forEachPair(x, y) { i, a, b in
            writeGradient(
              a, b, weight: Double(seeds.value[i]),
              to: UnsafeMutableBufferPointer(rebasing: target.value[i * size..<(i + 1) * size]))
          }
        }
      }
      return [gradient]
    }
  }

  /// - Throws: `PluginError.unusable` where the metric cannot take images of that shape.
  private func check(_ shape: Shape) throws {
    precondition(shape.rank == 4, "images of [N, C, H, W] expected, got \(shape)")
    let spec = ImageSpec(channels: shape[1], height: shape[2], width: shape[3])
    guard input.accepts(spec) else {
      throw PluginError.unusable(plugin: "metric \(card.id)", reason: "got \(spec) images, expected \(input)")
    }
  }

  private static func forEachPair(_ x: Tensor, _ y: Tensor, _ body: @Sendable (Int, ImageView, ImageView) -> Void) {
    let (size, shape) = (x.shape.rowCount, x.shape)
    x.withScalars { a in
      y.withScalars { b in
        let (a, b) = (Unchecked(a), Unchecked(b))
        Workers.forEach(shape[0]) { i in
          func view(_ all: UnsafeBufferPointer<Float>) -> ImageView {
            ImageView(
              values: UnsafeBufferPointer(rebasing: all[i * size..<(i + 1) * size]), channels: shape[1],
              height: shape[2], width: shape[3])
          }
          body(i, view(a.value), view(b.value))
        }
      }
    }
  }
}
