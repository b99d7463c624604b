internal import GauntletKit
internal import FileFormats
internal import Networks
internal import Tensors

/// `lpips`: learned perceptual image patch similarity.
package enum LPIPSPlugin {
  static let card = Card(
    id: "lpips", version: "1", title: "LPIPS",
    definition: "d(x, y) = Σ over layers of the mean over positions of Σ_c w_c (x̂_c − ŷ_c)², x̂ the layer's features "
      + "divided by their norm over channels + 1e-10; pixels (2 x − 1 − shift) / scale with shift −0.030, −0.088, −0.188 "
      + "and scale 0.458, 0.448, 0.450 in version 0.1, and 2 x − 1 in version 0.0; of at least 0 for weights of at least 0, "
      + "smaller is more similar; images are taken at their own size",
    reference: "Zhang, Isola, Efros, Shechtman, Wang: The unreasonable effectiveness of deep features as a perceptual "
      + "metric. CVPR 2018; numbers as the package lpips 0.1.4 gives them",
    deviations: [
      "At features that are all 0 the norm has no gradient; it is taken to be 0, where the package gives NaN.",
      "Images are in [0, 1]; the package takes [−1, 1] unless told otherwise.",
    ])

  static let settings = [
    Setting("net", .choice(FeatureBackbone.Kind.allCases.map(\.rawValue)), default: "alex", help: "the backbone"),
    Setting("version", .choice(["0.1", "0.0"]), default: "0.1", help: "0.0 has no scaling of pixels by channel"),
    Setting(
      "weights", .pathOr("random"), default: nil,
      help: "torchvision's weights of the backbone, or a state dict of the whole metric (R-LPIPS), or 'random'"),
    Setting(
      "linear", .pathOr("ones"), default: "",
      help: "the linear weights of net and version as the package lpips has them; 'ones' for none; empty: from the "
        + "weights' file, ones if those are random"),
    Setting("seed", .integer(0...Int.max), default: "0", help: "of random weights"),
  ]

  static let plugin = Plugin<any Metric>(card, settings: settings) { values in
    try metric(values, backbone: FeatureBackbone(FeatureBackbone.Kind(rawValue: values.text("net")) ?? .alex))
  }

  /// The metric of settings, on a backbone that may be a miniature.
  /// - Throws: `PluginError.unusable` naming what the files lack, have too much or have in another shape.
  package static func metric(
    settings given: [(name: String, text: String)], backbone: FeatureBackbone
  ) throws -> LayeredMetric {
    try metric(SettingValues(given, for: "metric \(card.id)", schema: settings), backbone: backbone)
  }

  private static func metric(_ values: SettingValues, backbone: FeatureBackbone) throws -> LayeredMetric {
    let scaled = values.text("version") == "0.1"
    // (2 x − 1 − shift) / scale = (x − (1 + shift) / 2) / (scale / 2).
    let stages = backbone.stages(
      mean: scaled ? [0.485, 0.456, 0.406] : [0.5, 0.5, 0.5],
      deviation: scaled ? [0.229, 0.224, 0.225] : [0.5, 0.5, 0.5])
    let (path, linearPath) = (values.text("weights"), values.text("linear"))
    let name = "metric \(card.id)"
    let ones = backbone.channels.map { [Float](repeating: 1, count: $0) }
    let tensors: [String: Tensor]
    var linear = ones
    do {
      if path == "random" {
        tensors = FeatureStack.randomTensors(stages, seed: UInt64(values.integer("seed")))
        if !linearPath.isEmpty, linearPath != "ones" { linear = try layers(linearPath, backbone.channels, name) }
      } else {
        let weights = try LPIPSWeights(contentsOf: path, plugin: name)
        tensors = weights.backbone
        if linearPath.isEmpty {
          guard !weights.linear.isEmpty else {
            throw PluginError.unusable(
              plugin: name, reason: "\(path): has no linear weights; give their file as 'linear', or linear=ones")
          }
          linear = try weights.layers(backbone.channels, source: path, plugin: name)
        } else if linearPath != "ones" {
          linear = try layers(linearPath, backbone.channels, name)
        }
      }
      return LayeredMetric(
        card: card, stack: try FeatureStack(stages, tensors: tensors), layers: linear.map { UnitDistance(weights: $0) })
    } catch let error as NetworkError {
      throw PluginError.unusable(plugin: name, reason: "\(path): \(error)")
    }
  }

  private static func layers(_ path: String, _ channels: [Int], _ plugin: String) throws -> [[Float]] {
    try LPIPSWeights(contentsOf: path, plugin: plugin).layers(channels, source: path, plugin: plugin)
  }
}
