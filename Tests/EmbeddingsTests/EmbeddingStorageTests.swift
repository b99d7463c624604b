import GauntletKit
import Networks
import Tensors
import Testing

struct EmbeddingStorageTests {
  private func network() throws -> EmbeddingNetwork {
    let images = ImageSpec(channels: 3, height: 32, width: 24)
    let graph = try Architectures.named(
      "small-conv", embedding: 8, normalization: .imagenet,
      input: ImageExtent(channels: 3, height: 32, width: 24))
    return try EmbeddingNetwork(
      card: Card(id: "act", version: "7", title: "t", definition: "d", reference: "r"),
      backbone: Backbone(
        architecture: "small-conv", normalization: .imagenet, geometry: .sphere, images: images, embedding: 8,
        parameters: Parameters(initializing: graph, seed: 1)))
  }

  @Test func storageRoundTrips() throws {
    let network = try network()
    let (tensors, metadata) = network.storage
    let back = try EmbeddingNetwork(tensors: tensors, metadata: metadata)
    #expect(back.card == network.card)
    #expect(back.backbone.images == network.backbone.images)
    #expect(back.storage.metadata == metadata)
    let images = ClosedForm.pixels([3, 3, 32, 24])
    #expect(try back.placedEmbeddings(of: images) == network.placedEmbeddings(of: images))
  }

  @Test(arguments: EmbeddingNetwork.StorageKey.allCases)
  func everyKeyIsNeeded(_ key: EmbeddingNetwork.StorageKey) throws {
    var (tensors, metadata) = try network().storage
    metadata[key.rawValue] = nil
    let error = #expect(throws: StorageError.self) { try EmbeddingNetwork(tensors: tensors, metadata: metadata) }
    #expect("\(try #require(error))".contains(key.rawValue))
    tensors = [:]
  }

  @Test(arguments: [
    ("gauntlet.geometry", "X"), ("gauntlet.height", "-3"), ("gauntlet.width", "99999999999999999999"),
    ("gauntlet.normalization", "imagenot"), ("gauntlet.format", "embedding-network/99"),
  ])
  func nonsenseIsRefused(_ key: String, _ value: String) throws {
    var (tensors, metadata) = try network().storage
    metadata[key] = value
    #expect(throws: StorageError.self) { try EmbeddingNetwork(tensors: tensors, metadata: metadata) }
    tensors = [:]
  }
}
