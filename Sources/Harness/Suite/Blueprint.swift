public import GauntletKit
public import Networks

/// A network before training: what it is made of.
public struct Blueprint: Hashable, Sendable {
  public let architecture: String
  public let embedding: Int
  public let normalization: Normalization
  public let geometry: Geometry

  /// A backbone with freshly drawn weights.
  func backbone(for images: ImageSpec, seed: UInt64) throws -> Backbone {
    let graph = try Architectures.named(
      architecture, embedding: embedding, normalization: normalization,
      input: ImageExtent(channels: images.channels, height: images.height, width: images.width))
    return Backbone(
      architecture: architecture, normalization: normalization, geometry: geometry, images: images,
      embedding: embedding, parameters: Parameters(initializing: graph, seed: seed))
  }

  var text: String {
    "architecture=\(architecture), embedding=\(embedding), normalization=\(normalization), geometry=\(geometry.rawValue)"
  }
}
