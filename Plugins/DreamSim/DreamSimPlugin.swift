internal import FileFormats
internal import GauntletKit
internal import Networks
package import Tensors

/// `dreamsim`: the released models of DreamSim, from the files of its releases.
package enum DreamSimPlugin {
  static let card = Card(
    id: "dreamsim", version: "1", title: "DreamSim",
    definition:
      "d(x, y) = 1 − cosine similarity of φ(x) and φ(y), φ the concatenated class tokens (DINO, DINOv2, SynCLR; of "
      + "the last block, before its norm) or projections (CLIP, OpenCLIP) of vision transformers, minus their own mean; in "
      + "models of patches the class token beside the mean of the others, each minus its own mean and divided by its norm; "
      + "0 … 2, smaller is more similar",
    reference: "Fu, Tamir, Sundaram, Chai, Zhang, Dekel, Isola: DreamSim: learning new dimensions of human visual "
      + "similarity using synthetic data. NeurIPS 2023",
    deviations: [
      "LoRA updates are merged into the weights when they are loaded; the package adds them at run time. Equal but for "
        + "rounding.",
      "Images are resized by whoever makes them, not by the metric: an attack is on the pixels that the metric sees.",
    ])

  /// As errors call it.
  static let name = "metric \(card.id)"

  static let settings = [
    Setting("type", .choice(DreamSimType.all.map(\.name)), default: "ensemble", help: "as DreamSim calls it"),
    Setting(
      "weights", .pathOr("random"), default: nil,
      help: "the folder that a release unpacks to (with the backbones of torch hub for DINO and DINOv2), or 'random'"),
    Setting("lora", .choice(["folder", "none"]), default: "folder", help: "tuned as the folder has it, or untuned"),
    Setting("centred", .flag, default: "true", help: "whether embeddings are centred and normalised"),
    Setting(
      "normalization-order", .choice(NormalizationOrder.allCases.map(\.rawValue)), default: "new",
      help: "new: mean, then norm (since v0.2.1); old: norm, then mean (LipSim's teacher)"),
    Setting("seed", .integer(0...Int.max), default: "0", help: "of random weights"),
  ]

  static let plugin = Plugin<any Metric>(card, settings: settings) { values in
    let wanted = values.text("type")
    guard let type = DreamSimType.all.first(where: { $0.name == wanted }) else {
      throw PluginError.unusable(plugin: name, reason: "has no type '\(wanted)'")
    }
    return try metric(values, type: type)
  }

  /// The metric of settings, of a type that may be a miniature.
  /// - Throws: `PluginError.unusable` naming what the folder lacks, has too much or has in another shape.
  package static func metric(
    settings given: [(name: String, text: String)], type: DreamSimType
  ) throws -> DreamSimMetric {
    try metric(SettingValues(given, for: name, schema: settings), type: type)
  }

  private static func metric(_ values: SettingValues, type: DreamSimType) throws -> DreamSimMetric {
    let folder = values.text("weights")
    let tensors: [[String: Tensor]]
    if folder == "random" {
      tensors = try type.branches.map { branch in
        var stream = RandomStream(seed: UInt64(values.integer("seed")), ["dreamsim", branch.name])
        return Parameters(initializing: try branch.graph(side: type.side), seed: stream.next()).dictionary
      }
    } else {
      tensors = try weights(of: type, in: folder, isTuned: values.text("lora") != "none")
    }
    let order = NormalizationOrder(rawValue: values.text("normalization-order")) ?? .new
    do {
      return try DreamSimMetric(
        card: Card(
          id: card.id, version: card.version, title: "\(card.title) (\(type.name))", definition: card.definition,
          reference: card.reference), type: type, tensors: tensors, order: values.flag("centred") ? order : nil)
    } catch let error as NetworkError {
      throw PluginError.unusable(plugin: name, reason: "\(folder): \(error)")
    }
  }

  /// The branches' weights, with the LoRA of the folder added.
  /// - Throws: `PluginError.unusable`, `FileFormatError`.
  package static func weights(of type: DreamSimType, in folder: String, isTuned: Bool) throws -> [[String: Tensor]] {
    var tensors = try type.branches.map { try $0.baseWeights(in: folder, side: type.side) }
    guard isTuned else { return tensors }
    let (shared, single) = type.adapterFolders
    let depths = type.branches.map(\.transformer.depth)
    let there = single.filter { Adapter.exists("\(folder)/\($0)") }
    switch (Adapter.exists("\(folder)/\(shared)"), there.isEmpty) {
    case (true, true): try Adapter(folder: "\(folder)/\(shared)").merge(into: &tensors, depths: depths)
    case (false, false):
      for (place, name) in single.enumerated() {
        guard there.contains(name) else {
          throw PluginError.unusable(plugin: self.name, reason: "\(folder): has no \(name)")
        }
        var own = [tensors[place]]
        try Adapter(folder: "\(folder)/\(name)").merge(into: &own, depths: [depths[place]])
        tensors[place] = own[0]
      }
    case (true, false):
      throw PluginError.unusable(
        plugin: name, reason: "\(folder): has the LoRAs of two releases, \(shared) and \(there[0]); leave one there")
    case (false, true):
      let expected = single.isEmpty ? shared : "\(shared) (nor \(single.joined(separator: ", ")))"
      throw PluginError.unusable(
        plugin: name, reason: "\(folder): has no \(expected); unpack the release there, or give lora=none")
    }
    return tensors
  }
}
