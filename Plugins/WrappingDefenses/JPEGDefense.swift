internal import GauntletKit
internal import Gradients
internal import Tensors

/// Images pass through JPEG before the metric sees them.
struct JPEGDefense: WrappingDefense {
  static let card = Card(
    id: "jpeg", version: "1", title: "JPEG",
    definition: "d'(x, y) = d(JPEG(x), JPEG(y)), baseline JPEG with 4:2:0 chroma at the given quality. It has no "
      + "gradient; attacks are given that of the metric at JPEG(x), as if JPEG were the identity (straight-through)",
    reference:
      "Dziugaite et al., A study of the effect of JPG compression on adversarial images, 2016; straight-through: "
      + "Athalye et al., Obfuscated gradients give a false sense of security, ICML 2018, section 4.1",
    deviations: [
      "The gradient is that of another function (straight-through): attacks without gradients are an independent check."
    ])

  static let settings = [
    Setting("quality", .integer(1...100), default: "75", help: "libjpeg's quality; lower loses more")
  ]

  private let quality: Int

  init(_ settings: SettingValues) { quality = settings.integer("quality") }

  var card: Card { JPEGDefense.card }

  func wrap(_ inner: any Metric) throws -> any Metric {
    let card = card.around(inner.card, "through JPEG of quality \(quality)")
    return if let inner = inner as? any EmbeddingMetric {
      JPEGEmbedding(card: card, inner: inner, quality: quality)
    } else {
      JPEGMetric(card: card, inner: inner, quality: quality)
    }
  }
}

/// A metric behind JPEG.
struct JPEGMetric: Metric {
  let card: Card
  let inner: any Metric
  let quality: Int

  var input: ImageRequirement { inner.input }

  func features(of images: Tensor) throws -> Features {
    try inner.features(of: RoundTrip.jpeg(images, quality: quality))
  }

  func distances(from images: Variable, to fixed: Features) throws -> Variable {
    try inner.distances(from: RoundTrip.jpeg(images, quality: quality), to: fixed)
  }
}

/// An embedding metric behind JPEG.
struct JPEGEmbedding: EmbeddingMetric {
  let card: Card
  let inner: any EmbeddingMetric
  let quality: Int

  var input: ImageRequirement { inner.input }
  var geometry: Geometry { inner.geometry }
  var dimension: Int { inner.dimension }

  func embed(_ images: Variable) throws -> Variable {
    try inner.embed(RoundTrip.jpeg(images, quality: quality))
  }
}
