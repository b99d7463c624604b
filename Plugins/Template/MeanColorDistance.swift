package import GauntletKit
package import Gradients
package import Tensors

/// The distance of mean colours: scale · ‖mean(x) − mean(y)‖₂ over the channels.
///
/// Range [0, scale·√C], smaller is more similar; 0 for images that differ in arrangement only. The gradient is 0 where the
/// means are equal.
package struct MeanColorDistance: Metric {
  static let version = "1"
  package static let card = Card(
    id: "mean-color", version: version, title: "Distance of mean colours",
    definition:
      "scale · ‖mean over pixels of x − mean over pixels of y‖₂; range [0, scale·√C], smaller is more similar.",
    reference: "the template of this project")
  static let settings = [
    Setting("scale", .number(0.001...1000), default: "1", help: "factor of the distance")
  ]

  private let scale: Float

  init(_ settings: SettingValues) { scale = Float(settings.number("scale")) }

  package var card: Card { Self.card }
  package var input: ImageRequirement { .any(minimumSide: 1) }

  /// [N, C, H, W] → [N, C].
  package func features(of images: Tensor) throws -> Features { Features(means(Variable(constant: images)).value) }

  package func distances(from images: Variable, to fixed: Features) throws -> Variable {
    scale * pairedDistances(means(images), Variable(constant: fixed.values))
  }

  /// Mean over H and W. A value made by hand brings its gradient along: each pixel has its share of 1/(H·W).
  private func means(_ images: Variable) -> Variable {
    let (count, channels) = (images.shape[0], images.shape[1])
    let area = images.shape[2] * images.shape[3]
    let planes = images.value.reshaped([count * channels, area])
    let value = planes.rowSums().map { $0 / Float(area) }.reshaped([count, channels])
    let shape = images.shape
    return Variable(value, from: [images]) { gradient in
      [
        Tensor(unsafeUninitialized: shape) { target in
          for plane in 0..<count * channels {
            for i in plane * area..<(plane + 1) * area { target[i] = gradient[plane] / Float(area) }
          }
        }
      ]
    }
  }
}
