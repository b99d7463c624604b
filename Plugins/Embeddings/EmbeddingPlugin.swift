internal import FileFormats
internal import GauntletKit
internal import Networks
internal import Tensors

/// `embedding`: a network with a geometry, from a file of weights or with random ones.
///
/// Files written by `train` say in their metadata what they hold; for others the settings say it. Where both do, they must
/// agree, except for what is not a property of the weights: the geometry and the size of the images. Of other files the
/// names are understood as torchvision, timm, CLIP, OpenCLIP, DINO and DINOv2 publish them (`PublishedWeights`).
enum EmbeddingPlugin {
  static let card = Card(
    id: "embedding", version: "1", title: "Embedding network",
    definition: "d(x, y) of φ(x) and φ(y): Euclidean after division by the norm (N, range 0…2), Euclidean (E), or "
      + "1 − cosine similarity (C, range 0…2); smaller is more similar",
    reference: "the weights' own; conventions as in Zhou et al. (TPAMI 2024)")

  static let settings = [
    Setting(
      "weights", .pathOr("random"), default: nil,
      help: "a file of safetensors or of PyTorch, or 'random' for freshly initialised weights"),
    Setting("architecture", .choice(Architectures.names), default: "", help: "empty: as the file's metadata says"),
    Setting(
      "geometry", .choice(Geometry.allCases.map(\.rawValue)), default: "",
      help: "N: unit sphere, Euclidean; E: raw, Euclidean; C: cosine; empty: as the metadata says, else N"),
    Setting(
      "normalization", .choice(Normalization.allCases.map(\.rawValue)), default: "",
      help: "of pixels, inside the network; empty: as the metadata says, else none"),
    Setting("size", .integer(1...16_384), default: "", help: "side of the images; empty: as the metadata says"),
    Setting("channels", .integer(1...1024), default: "", help: "of the images; empty: as the metadata says, else 3"),
    Setting(
      "embedding", .integer(1...65_536), default: "",
      help: "dimension D; empty: as the metadata or the last layer's weights say, else 512"),
    Setting("seed", .integer(0...Int.max), default: "0", help: "of random weights"),
  ]

  static let plugin = Plugin<any Metric>(card, settings: settings) { values in
    values.text("weights") == "random" ? try random(values) : try loaded(values)
  }

  /// Seeded random weights: the baseline that says what an architecture does untrained.
  private static func random(_ values: SettingValues) throws -> EmbeddingNetwork {
    let description = try EmbeddingDescription(values, metadata: [:], source: "random weights")
    let backbone = Backbone(
      architecture: description.architecture, normalization: description.normalization,
      geometry: description.geometry, images: description.images, embedding: description.embedding,
      parameters: Parameters(
        initializing: try description.graph(), seed: UInt64(values.integer("seed"))))
    return try EmbeddingNetwork(card: titled("\(description.architecture), random weights"), backbone: backbone)
  }

  private static func loaded(_ values: SettingValues) throws -> EmbeddingNetwork {
    let path = values.text("weights")
    var file = try WeightFile(contentsOf: path)
    if file.metadata[EmbeddingNetwork.StorageKey.format.rawValue] == nil {
      file = PublishedWeights.translated(file, for: values.text("architecture"))
    }
    let description = try EmbeddingDescription(
      values, metadata: file.metadata, tensors: file.tensors, source: path)
    do {
      return try EmbeddingNetwork(
        card: titled("\(description.architecture), weights of \(path)"), architecture: description.architecture,
        normalization: description.normalization, geometry: description.geometry, images: description.images,
        embedding: description.embedding, tensors: file.tensors)
    } catch {
      throw PluginError.unusable(plugin: "metric \(card.id)", reason: "\(path): \(error)")
    }
  }

  private static func titled(_ title: String) -> Card {
    Card(
      id: card.id, version: card.version, title: "\(card.title) (\(title))", definition: card.definition,
      reference: card.reference)
  }
}
