public import Networks

/// A network to start from: what it is made of, and its weights.
public struct Backbone: Sendable {
  /// The architecture's name, as `Architectures` knows it.
  public let architecture: String
  public let normalization: Normalization
  public let geometry: Geometry
  public let images: ImageSpec
  public let embedding: Int
  public let parameters: Parameters

  public init(
    architecture: String, normalization: Normalization, geometry: Geometry, images: ImageSpec, embedding: Int,
    parameters: Parameters
  ) {
    self.architecture = architecture
    self.normalization = normalization
    self.geometry = geometry
    self.images = images
    self.embedding = embedding
    self.parameters = parameters
  }

  public func graph() throws -> Graph {
    try Architectures.named(
      architecture, embedding: embedding, normalization: normalization,
      input: ImageExtent(channels: images.channels, height: images.height, width: images.width))
  }
}
