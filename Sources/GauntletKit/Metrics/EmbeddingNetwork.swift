public import Gradients
public import Networks
internal import Tensors

/// A network with a geometry, as a metric: what training makes, and what weight files hold.
public struct EmbeddingNetwork: EmbeddingMetric {
  public let card: Card
  public let backbone: Backbone
  public let network: Network

  public init(card: Card, backbone: Backbone) throws {
    self.card = card
    self.backbone = backbone
    network = try Network(
      graph: try backbone.graph(), parameters: backbone.parameters, channels: backbone.images.channels,
      height: backbone.images.height, width: backbone.images.width)
  }

  public var input: ImageRequirement { .exactly(backbone.images) }
  public var geometry: Geometry { backbone.geometry }
  public var dimension: Int { network.embeddingDimension }
  public func embed(_ images: Variable) throws -> Variable { try network(images) }

  /// The product of the layers' proved bounds; nil where a layer has none, such as attention.
  public func lipschitzClaim() throws -> LipschitzClaim? {
    let bound = try network.graph.lipschitzBound(network.parameters, input: network.input)
    guard bound.constant.isFinite, bound.constant > 0 else { return nil }
    return LipschitzClaim(constant: bound.constant, proof: "the product of proved bounds of the layers in ℓ2")
  }
}
