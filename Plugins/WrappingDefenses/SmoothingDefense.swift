internal import GauntletKit
internal import Gradients

/// Embeddings are averaged over Gaussian noise on the image.
struct SmoothingDefense: WrappingDefense {
  static let card = Card(
    id: "smoothing", version: "1", title: "Smoothing",
    definition:
      "h(x) = mean over draws zᵢ of ĝ(x + σ zᵢ), where zᵢ has independent standard normal entries and ĝ is the "
      + "embedding as the metric's geometry compares it (divided by its norm, for N and C). The mean over all noise is "
      + "√(2/π)/σ-Lipschitz where ‖ĝ‖ ≤ 1; that over finitely many draws is only close to it, so proofs count votes "
      + "instead (see the certificates)",
    reference: "Cohen et al., Certified adversarial robustness via randomized smoothing, ICML 2019; for embeddings: "
      + "Pautov et al., Smoothed embeddings for certified few-shot learning, NeurIPS 2022",
    deviations: [
      "The noise follows from the seed, or from the image's content: the smoothed metric is deterministic, and a verdict can "
        + "be repeated. A random metric that draws anew at every pass is attacked with the attacks' setting `draws`."
    ])

  static let settings = [
    Setting("sigma", .number(1e-4...10), default: "0.12", help: "deviation of the noise, in [0, 1] pixel units"),
    Setting("samples", .integer(1...100_000), default: "16", help: "draws averaged: as many passes an image"),
    Setting(
      "noise", .choice(NoiseSource.allCases.map(\.rawValue)), default: NoiseSource.fixed.rawValue,
      help: "fixed: the same draws for every image (exact gradients); content: draws that follow from the image's own "
        + "values, so that an attack cannot learn those of the image it will propose"),
    Setting("seed", .integer(0...Int.max), default: "1", help: "another seed takes other draws"),
  ]

  private let noise: GaussianNoise
  private let samples: Int

  init(_ settings: SettingValues) {
    samples = settings.integer("samples")
    noise = GaussianNoise(
      sigma: Float(settings.number("sigma")), source: NoiseSource(rawValue: settings.text("noise")) ?? .fixed,
      seed: UInt64(settings.integer("seed")))
  }

  var card: Card { SmoothingDefense.card }

  func wrap(_ inner: any Metric) throws -> any Metric {
    guard let inner = inner as? any EmbeddingMetric else {
      throw PluginError.unusable(
        plugin: "defense smoothing",
        reason: "\(inner.card.id) embeds nothing, and smoothing averages embeddings; use jpeg")
    }
    let action = "mean of \(samples) draws of noise with σ = \(noise.sigma)"
    return SmoothedEmbedding(card: card.around(inner.card, action), inner: inner, noise: noise, samples: samples)
  }
}
