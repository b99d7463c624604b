public import GauntletKit
import Gradients
import Tensors

/// The metric `template-metric`: the distance of block means. This is the one file to edit.
///
/// What is here is whole and works. Change, in this order: `card` (what it is; a new `version` whenever its numbers
/// change), `settings` (what a suite may tell it), `embed` (what is compared) and `lipschitzClaim` (what is proved of it;
/// return nil where nothing is). A metric that compares images without embedding them conforms to `Metric` instead: it
/// has `features(of:)` and `distances(from:to:)`, and is asked no rankings.
public enum TemplateMetric {
  public static func register(in registry: inout Registry) throws {
    try registry.metrics.register(
      Plugin(TemplateMetricEmbedding.card, settings: TemplateMetricEmbedding.settings) { TemplateMetricEmbedding($0) })
  }
}

/// d(x, y) = ‖P(x) − P(y)‖₂, P the means over blocks of pixels, channel by channel; smaller is more similar.
struct TemplateMetricEmbedding: EmbeddingMetric {
  static let card = Card(
    id: "template-metric", version: "1", title: "TemplateMetric",
    definition: "‖P(x) − P(y)‖₂, P the means over blocks of b × b pixels, channel by channel; smaller is more similar",
    reference: "name the paper here")

  static let settings = [
    Setting("size", .integer(1...4096), default: "32", help: "side of the images in pixels"),
    Setting("channels", .integer(1...16), default: "3", help: "their channels"),
    Setting("block", .integer(1...4096), default: "4", help: "b, side of a block; the last ones may be smaller"),
  ]

  private let spec: ImageSpec
  private let block: Int

  init(_ values: SettingValues) {
    spec = ImageSpec(
      channels: values.integer("channels"), height: values.integer("size"), width: values.integer("size"))
    block = min(values.integer("block"), values.integer("size"))
  }

  var card: Card { Self.card }
  var input: ImageRequirement { .exactly(spec) }
  var geometry: Geometry { .euclidean }
  /// Blocks in a row, and in a column.
  private var side: Int { (spec.height + block - 1) / block }
  var dimension: Int { spec.channels * side * side }

  /// [N, C, H, W] → [N, D]. A value made by hand brings its gradient along: each pixel has its share of its block's.
  func embed(_ images: Variable) throws -> Variable {
    let (count, shape) = (images.shape[0], images.shape)
    let blocks = blocks
    let value = Tensor(unsafeUninitialized: [count, dimension]) { target in
      for i in 0..<count * dimension { target[i] = 0 }
      images.value.withScalars { pixels in
        for image in 0..<count {
          for (pixel, place) in blocks.enumerated() {
            target[image * dimension + place.block] += pixels[image * blocks.count + pixel] * place.share
          }
        }
      }
    }
    return Variable(value, from: [images]) { [dimension] gradient in
      [
        Tensor(unsafeUninitialized: shape) { target in
          for image in 0..<count {
            for (pixel, place) in blocks.enumerated() {
              target[image * blocks.count + pixel] = gradient[image * dimension + place.block] * place.share
            }
          }
        }
      ]
    }
  }

  /// Of every pixel of an image: its block, and 1 / the pixels of that block.
  private var blocks: [(block: Int, share: Float)] {
    (0..<spec.channels).flatMap { channel in
      (0..<spec.height).flatMap { y in
        (0..<spec.width).map { x in
          let (row, column) = (y / block, x / block)
          let area = min(block, spec.height - row * block) * min(block, spec.width - column * block)
          return ((channel * side + row) * side + column, 1 / Float(area))
        }
      }
    }
  }

  /// The mean of m pixels is 1/√m-Lipschitz, and blocks share no pixel: the smallest block decides.
  func lipschitzClaim() throws -> LipschitzClaim? {
    let last = spec.height - (side - 1) * block
    return LipschitzClaim(constant: 1 / Double(last), proof: "means over blocks of at least \(last) × \(last) pixels")
  }
}
