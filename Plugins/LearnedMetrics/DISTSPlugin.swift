internal import FileFormats
internal import GauntletKit
internal import Networks
internal import Tensors

/// `dists`: deep image structure and texture similarity.
package enum DISTSPlugin {
  static let card = Card(
    id: "dists", version: "1", title: "DISTS",
    definition:
      "d(x, y) = Σ over the image and five layers of VGG-16, and over their channels, of α (1 − S₁) + β (1 − S₂), "
      + "the similarities of means and of textures with constant 1e-6, α and β divided by the sum of all; Hann-weighted "
      + "ℓ2 pooling; images are taken at their own size, as the authors' repository DISTS does it and unlike their "
      + "repository IQA-optimization and the package piq, which shrink them to 256 pixels first; 0 … 2 for weights of at "
      + "least 0, smaller is more similar",
    equation:
      "S₁ = (2μxμy + c)/(μx² + μy² + c), S₂ = (2σxy + c)/(σx² + σy² + c), c = 1e-6, μ and σ over all positions of a channel",
    reference: "Ding, Ma, Wang, Simoncelli: Image quality assessment: unifying structure and texture similarity. IEEE "
      + "TPAMI 44(5), 2022",
    deviations: [
      "Images are not resized; the package piq and the authors' second repository shrink them to 256 pixels, and give other "
        + "numbers for larger images."
    ])

  static let settings = [
    Setting("weights", .pathOr("random"), default: nil, help: "torchvision's weights of VGG-16, or 'random'"),
    Setting(
      "alpha-beta", .path, default: "",
      help: "the authors' weights.pt; empty: from the weights' file, and drawn where those are random"),
    Setting("seed", .integer(0...Int.max), default: "0", help: "of random weights"),
  ]

  static let plugin = Plugin<any Metric>(card, settings: settings) { values in try metric(values, divisor: 1) }

  /// The metric of settings on a VGG-16 whose channels are divided by a number.
  /// - Throws: `PluginError.unusable` naming what the files lack, have too much or have in another shape.
  package static func metric(settings given: [(name: String, text: String)], divisor: Int) throws -> LayeredMetric {
    try metric(SettingValues(given, for: "metric \(card.id)", schema: settings), divisor: divisor)
  }

  private static func metric(_ values: SettingValues, divisor: Int) throws -> LayeredMetric {
    let backbone = FeatureBackbone(.vgg, divisor: divisor, includesPooling: false)
    let stages = backbone.stages(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    let channels = [3] + backbone.channels
    let path = values.text("weights")
    let seed = UInt64(values.integer("seed"))
    var tensors: [String: Tensor]
    var source = path
    var factors: [String: Tensor] = [:]
    if path == "random" {
      tensors = FeatureStack.randomTensors(stages, seed: seed)
      for name in ["alpha", "beta"] { factors[name] = drawn(name, channels.reduce(0, +), seed: seed) }
    } else {
      var file = try WeightFile(contentsOf: path)
      file.removeCommonPrefixes(["module."])
      tensors = file.tensors.filter { !$0.key.hasPrefix("classifier.") }
      for name in ["alpha", "beta"] { factors[name] = tensors.removeValue(forKey: name) }
    }
    let given = values.text("alpha-beta")
    if !given.isEmpty {
      factors = try WeightFile(contentsOf: given).tensors
      source = given
    }
    let layers = try layers(factors, channels, source: source)
    do {
      return LayeredMetric(
        card: card, stack: try FeatureStack(stages, tensors: tensors, pool: hannPooled), layers: layers,
        includesImages: true)
    } catch let error as NetworkError {
      throw PluginError.unusable(plugin: "metric \(card.id)", reason: "\(path): \(error)")
    }
  }

  /// As the authors initialise them: normal of mean 0.1 and deviation 0.01.
  private static func drawn(_ name: String, _ count: Int, seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, ["initialization", "dists", name])
    return Tensor(normal: [count], deviation: 0.01, using: &stream).map { $0 + 0.1 }
  }

  private static func layers(_ factors: [String: Tensor], _ channels: [Int], source: String) throws
    -> [TextureDistance]
  {
    func unusable(_ reason: String) -> PluginError {
      .unusable(plugin: "metric \(card.id)", reason: "\(source): \(reason)")
    }
    let count = channels.reduce(0, +)
    let missing = ["alpha", "beta"].filter { factors[$0] == nil }
    guard missing.isEmpty, let alpha = factors["alpha"], let beta = factors["beta"] else {
      throw unusable("has no \(missing.joined(separator: " and no ")); give the authors' weights.pt as 'alpha-beta'")
    }
    let surplus = factors.keys.filter { $0 != "alpha" && $0 != "beta" }.sorted()
    guard surplus.isEmpty else { throw unusable("\(NetworkError.surplusParameters(names: surplus))") }
    for (name, tensor) in [("alpha", alpha), ("beta", beta)] where tensor.count != count || !tensor.isFinite {
      throw unusable("\(name) has shape \(tensor.shape), expected \(count) finite numbers")
    }
    let total = (alpha.scalars + beta.scalars).reduce(0.0) { $0 + Double($1) }
    guard total > 0 else { throw unusable("alpha and beta add up to \(total), expected a sum above 0") }
    var first = 0
    return channels.map { width in
      defer { first += width }
      func part(_ tensor: Tensor) -> [Float] {
        tensor.scalars[first..<first + width].map { Float(Double($0) / total) }
      }
      return TextureDistance(alpha: part(alpha), beta: part(beta))
    }
  }
}
