import Foundation
import GauntletKit
import Gradients
import Synchronization
import Tensors

// Defenses that hide gradients and make nothing robust: what a self-attack must refuse.

/// A wrapper made of what it does to embeddings.
struct Mask: WrappingDefense {
  let card: Card
  let make: @Sendable (any EmbeddingMetric, Card) -> any Metric

  init(_ id: String, _ make: @escaping @Sendable (any EmbeddingMetric, Card) -> any Metric) {
    card = Card(id: id, version: "1", title: id, definition: "hides gradients", reference: "none")
    self.make = make
  }

  func wrap(_ metric: any Metric) throws -> any Metric {
    guard let metric = metric as? any EmbeddingMetric else {
      throw PluginError.unusable(plugin: card.id, reason: "\(metric.card.id) embeds nothing")
    }
    return make(metric, card)
  }

  /// All of them.
  static let all = [
    Mask("rounded-pixels") { RoundedPixels(inner: $0, card: $1, levels: 8) },
    Mask("rounded-embedding") { RoundedEmbedding(inner: $0, card: $1, levels: 12) },
    Mask("dice") { Dice(inner: $0, card: $1, deviation: 0.05) },
    Mask("content-noise") { ContentNoise(inner: $0, card: $1, deviation: 0.25) },
    Mask("saturated") { Saturated(inner: $0, card: $1, gain: 100_000) },
  ]

  static func register(in registry: inout Registry) throws {
    for mask in all { try registry.defenses.register(Plugin(mask.card) { _ in mask }) }
  }
}

/// Pixels are rounded to a few levels, and nothing is said of the gradient: it is 0.
struct RoundedPixels: EmbeddingMetric {
  let inner: any EmbeddingMetric
  let card: Card
  let levels: Float
  var input: ImageRequirement { inner.input }
  var geometry: Geometry { inner.geometry }
  var dimension: Int { inner.dimension }

  func embed(_ images: Variable) throws -> Variable {
    try inner.embed(
      Variable(images.value.map { ($0 * levels).rounded() / levels }, from: [images]) { [$0 * 0] })
  }
}

/// Embeddings are rounded, with the gradient that rounding has.
struct RoundedEmbedding: EmbeddingMetric {
  let inner: any EmbeddingMetric
  let card: Card
  let levels: Float
  var input: ImageRequirement { inner.input }
  var geometry: Geometry { .euclidean }
  var dimension: Int { inner.dimension }

  func embed(_ images: Variable) throws -> Variable {
    let placed = inner.geometry.placed(try inner.embed(images))
    return Variable(placed.value.map { ($0 * levels).rounded() / levels }, from: [placed]) { [$0 * 0] }
  }
}

/// Noise from the process's own dice: other answers every time.
struct Dice: EmbeddingMetric {
  let inner: any EmbeddingMetric
  let card: Card
  let deviation: Float
  let throwsSoFar = Counter()
  var input: ImageRequirement { inner.input }
  var geometry: Geometry { inner.geometry }
  var dimension: Int { inner.dimension }

  final class Counter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
      count.withLock {
        $0 += 1; return $0
      }
    }
  }

  func embed(_ images: Variable) throws -> Variable {
    var stream = RandomStream(seed: 1, ["dice"], [throwsSoFar.next()])
    let noise = Tensor(normal: images.shape, deviation: deviation, using: &stream)
    return try inner.embed(images + Variable(constant: noise))
  }
}

/// Noise that follows from the image's bits: the same for the same image, another for its neighbour.
struct ContentNoise: EmbeddingMetric {
  let inner: any EmbeddingMetric
  let card: Card
  let deviation: Float
  var input: ImageRequirement { inner.input }
  var geometry: Geometry { inner.geometry }
  var dimension: Int { inner.dimension }

  func embed(_ images: Variable) throws -> Variable {
    let noises = (0..<images.shape[0]).map { row -> Tensor in
      let bits = images.value.row(row).scalars.reduce(17) { ($0 &* 31) ^ Int($1.bitPattern) }
      var stream = RandomStream(seed: 1, ["content"], [bits])
      return Tensor(
        normal: Shape([1] + Array(images.shape.extents.dropFirst())), deviation: deviation, using: &stream)
    }
    return try inner.embed(images + Variable(constant: Tensor(concatenating: noises)))
  }
}

/// A last layer of tanh with so large a gain that it is ±1 in single precision: no slope is left.
struct Saturated: EmbeddingMetric {
  let inner: any EmbeddingMetric
  let card: Card
  let gain: Float
  var input: ImageRequirement { inner.input }
  var geometry: Geometry { .euclidean }
  var dimension: Int { inner.dimension }

  func embed(_ images: Variable) throws -> Variable {
    let placed = inner.geometry.placed(try inner.embed(images))
    let value = placed.value.map { tanh(gain * $0) }
    return Variable(value, from: [placed]) { [gain] g in [g.zip(value) { $0 * gain * (1 - $1 * $1) }] }
  }
}
