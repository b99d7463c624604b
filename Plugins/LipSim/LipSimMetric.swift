internal import FileFormats
internal import GauntletKit
internal import Networks
internal import Tensors

/// `lipsim`: a 1-Lipschitz embedding with LipSim's published weights, or those of a training of this program.
enum LipSimMetric {
  static let card = Card(
    id: "lipsim", version: "1", title: "LipSim",
    definition: "d(x, y) = 1 − cos(g(x), g(y)), range 0…2, smaller is more similar; g a network of SLL blocks whose ℓ2 "
      + "Lipschitz constant is 1",
    equation:
      "SLL block: x ← x − 2·W·D⁻¹·max(0, Wᵀx + b), D diagonal with Dᵢ = Σⱼ |WᵀW|ᵢⱼ qⱼ/qᵢ, so that the block is 1-Lipschitz",
    reference:
      "Ghazanfari et al., LipSim: a provably robust perceptual similarity metric (ICLR 2024); Araujo et al., A "
      + "unified algebraic perspective on Lipschitz neural networks (ICLR 2023)",
    deviations: [
      "Certificates divide by the reference embedding's norm as it is; the published radius takes it for 1, which is unsound "
        + "where it is smaller. Both are in reports: `2afc-certified` and `2afc-certified@published`.",
      "A constant bias coordinate cannot be perturbed, and is left out of the certificate's norm.",
    ])

  private static let sizes: [(name: String, network: SLLNetwork)] = [
    ("tiny", .tiny), ("small", .small), ("medium", .medium), ("large", .large), ("xlarge", .xlarge),
  ]

  static let settings = [
    Setting(
      "weights", .pathOr("random"), default: nil,
      help: "a checkpoint of LipSim (.pth), a safetensors file with its names, or 'random'"),
    Setting(
      "size", .choice(sizes.map(\.name)), default: "small", help: "of random weights; a file says its own"),
    Setting(
      "embedding", .integer(1...65_536), default: "1792",
      help:
        "first coordinates that are the embedding; a checkpoint does not say it: 1792 for DreamSim's teacher, 768 for "
        + "DINO's, 512 for the CLIPs'"),
    Setting(
      "bias", .choice(EmbeddingBias.allCases.map(\.rawValue)), default: "none",
      help: "what is added before the norm: none, constant (2/√D each), appended (one more coordinate, 1)"),
    Setting(
      "resolution", .integer(16...4096), default: "224", help: "side of the images; a checkpoint fits one resolution"),
    Setting("seed", .integer(0...Int.max), default: "0", help: "of random weights"),
  ]

  static let plugin = Plugin<any Metric>(card, settings: settings) { values in
    let side = values.integer("resolution")
    let images = ImageSpec(channels: 3, height: side, width: side)
    let embedding = values.integer("embedding")
    let bias = EmbeddingBias(rawValue: values.text("bias")) ?? .none
    let path = values.text("weights")
    let network: EmbeddingNetwork
    if path == "random" {
      let name = "sll-\(values.text("size"))"
      let graph = try Architectures.named(
        name, embedding: embedding, normalization: .none,
        input: ImageExtent(channels: 3, height: side, width: side))
      network = try EmbeddingNetwork(
        card: titled("random weights"),
        backbone: Backbone(
          architecture: name, normalization: .none, geometry: .cosine, images: images, embedding: embedding,
          parameters: Parameters(initializing: graph, seed: UInt64(values.integer("seed")))))
    } else {
      network = try loaded(path, images: images, embedding: embedding)
    }
    return BiasedEmbedding(network: network, bias: bias)
  }

  /// - Throws: `LipSimError.checkpoint` for weights of another kind or another resolution.
  private static func loaded(_ path: String, images: ImageSpec, embedding: Int) throws -> EmbeddingNetwork {
    let checkpoint = try LipSimCheckpoint(contentsOf: path)
    let windows = (images.height / 16) * (images.width / 16)
    guard checkpoint.width == checkpoint.network.channels * windows else {
      throw LipSimError.checkpoint(
        file: path,
        reason: "its linear layers read \(checkpoint.width / checkpoint.network.channels) numbers a channel, images of "
          + "\(images) give \(windows); set 'resolution'")
    }
    guard embedding <= checkpoint.width else {
      throw LipSimError.checkpoint(
        file: path, reason: "it has \(checkpoint.width) outputs, fewer than an embedding of \(embedding)")
    }
    guard checkpoint.network.inner == 5 else {
      throw LipSimError.checkpoint(
        file: path, reason: "its convolutions have \(checkpoint.network.inner) filters inside, expected 5")
    }
    return try EmbeddingNetwork(
      card: titled("weights of \(path)"), architecture: checkpoint.network.name, normalization: .none,
      geometry: .cosine,
      images: images, embedding: embedding, tensors: checkpoint.tensors)
  }

  private static func titled(_ title: String) -> Card {
    Card(
      id: card.id, version: card.version, title: "\(card.title) (\(title))", definition: card.definition,
      reference: card.reference)
  }
}
