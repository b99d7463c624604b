import GauntletKit
import Networks
import RankingDefenses
import Tensors

/// Runs a registered defense on the toy pictures.
struct Training {
  var data = ToyPictures()
  var seed: UInt64 = 3
  var architecture = "small-conv"
  var geometry = Geometry.sphere

  func backbone() throws -> Backbone {
    let images = data.images
    let graph = try Architectures.named(
      architecture, embedding: 16, normalization: .none,
      input: ImageExtent(channels: images.channels, height: images.height, width: images.width))
    return Backbone(
      architecture: architecture, normalization: .none, geometry: geometry, images: images, embedding: 16,
      parameters: Parameters(initializing: graph, seed: seed))
  }

  func run(
    _ defense: String, from start: Backbone? = nil, in session: MemorySession? = nil
  ) throws -> EmbeddingNetwork {
    var registry = Registry()
    try RankingDefenses.register(in: &registry)
    let made = try registry.defenses.make(try PluginReference(defense)).defend(
      .backbone(try start ?? backbone()), with: .retrieval(data), in: session ?? MemorySession(seed: seed))
    guard let network = made as? EmbeddingNetwork else {
      throw PluginError.unusable(plugin: defense, reason: "made no embedding network")
    }
    return network
  }

  /// R@1 on the test split, own image left out: 0…1.
  func recall(_ metric: some EmbeddingMetric) throws -> Double {
    let labels = data.labels(.test)
    let embeddings = try metric.placedEmbeddings(of: try data.images(.test, Array(labels.indices)))
    let distances = metric.geometry.distances(embeddings, toAll: embeddings)
    let hits = labels.indices.filter { query in
      let row = distances.row(query).scalars
      let nearest = labels.indices.filter { $0 != query }.min { row[$0] < row[$1] }
      return nearest.map { labels[$0] } == labels[query]
    }
    return Double(hits.count) / Double(labels.count)
  }
}

/// Every weight, by name, in the graph's order.
func weights(_ network: EmbeddingNetwork) -> [[Float]] {
  network.backbone.parameters.names.map { network.backbone.parameters[$0].scalars }
}
