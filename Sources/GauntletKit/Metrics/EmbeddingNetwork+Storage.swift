public import Networks
public import Tensors

/// Weights and what is needed to run them, as named tensors and texts: what a safetensors file of a trained model holds.
/// No file is touched here.
extension EmbeddingNetwork {
  /// Keys of the metadata. A tensor's name is its name in the state dict.
  public enum StorageKey: String, CaseIterable, Sendable {
    case format = "gauntlet.format"
    case architecture = "gauntlet.architecture"
    case normalization = "gauntlet.normalization"
    case geometry = "gauntlet.geometry"
    case channels = "gauntlet.channels"
    case height = "gauntlet.height"
    case width = "gauntlet.width"
    case embedding = "gauntlet.embedding"
    case cardID = "gauntlet.card.id"
    case cardVersion = "gauntlet.card.version"
    case cardTitle = "gauntlet.card.title"
    case cardDefinition = "gauntlet.card.definition"
    case cardReference = "gauntlet.card.reference"
  }

  /// The value of `StorageKey.format`.
  public static let storageFormat = "embedding-network/1"

  /// The network as tensors and metadata; `init(tensors:metadata:card:)` takes them back.
  public var storage: (tensors: [String: Tensor], metadata: [String: String]) {
    let texts: [StorageKey: String] = [
      .format: Self.storageFormat, .architecture: backbone.architecture,
      .normalization: backbone.normalization.rawValue, .geometry: backbone.geometry.rawValue,
      .channels: "\(backbone.images.channels)", .height: "\(backbone.images.height)",
      .width: "\(backbone.images.width)", .embedding: "\(backbone.embedding)", .cardID: card.id,
      .cardVersion: card.version, .cardTitle: card.title, .cardDefinition: card.definition,
      .cardReference: card.reference,
    ]
    return (
      backbone.parameters.dictionary, Dictionary(uniqueKeysWithValues: texts.map { ($0.key.rawValue, $0.value) })
    )
  }

  /// The network that `storage` described.
  ///
  /// - Parameter card: nil for the stored one.
  /// - Throws: `StorageError` for metadata that is missing or makes no sense; `NetworkError` naming the layer for
  ///   tensors that are missing, surplus, of the wrong shape or not finite.
  public init(tensors: [String: Tensor], metadata: [String: String], card: Card? = nil) throws {
    func text(_ key: StorageKey) throws -> String {
      guard let text = metadata[key.rawValue] else { throw StorageError.missing(key: key.rawValue) }
      return text
    }
    func extent(_ key: StorageKey) throws -> Int {
      let written = try text(key)
      guard let value = Int(written), (1...1 << 20).contains(value) else {
        throw StorageError.invalid(key: key.rawValue, value: written, expected: "an integer of 1 to \(1 << 20)")
      }
      return value
    }
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: StorageKey, _: Choice.Type) throws -> Choice
    where Choice.RawValue == String {
      let written = try text(key)
      guard let value = Choice(rawValue: written) else {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw StorageError.invalid(key: key.rawValue, value: written, expected: "one of \(known)")
      }
      return value
    }
    let format = try text(.format)
    guard format == Self.storageFormat else {
      throw StorageError.invalid(key: StorageKey.format.rawValue, value: format, expected: "'\(Self.storageFormat)'")
    }
    try self.init(
      card: card
        ?? Card(
          id: try text(.cardID), version: try text(.cardVersion), title: try text(.cardTitle),
          definition: try text(.cardDefinition), reference: try text(.cardReference)),
      architecture: try text(.architecture), normalization: try choice(.normalization, Normalization.self),
      geometry: try choice(.geometry, Geometry.self),
      images: ImageSpec(channels: try extent(.channels), height: try extent(.height), width: try extent(.width)),
      embedding: try extent(.embedding), tensors: tensors)
  }

  /// A network of an architecture with given weights.
  ///
  /// - Throws: `NetworkError` for an unknown architecture, or naming the layer that does not fit its tensors.
  public init(
    card: Card, architecture: String, normalization: Normalization, geometry: Geometry, images: ImageSpec,
    embedding: Int, tensors: [String: Tensor]
  ) throws {
    let graph = try Architectures.named(
      architecture, embedding: embedding, normalization: normalization,
      input: ImageExtent(channels: images.channels, height: images.height, width: images.width))
    try self.init(
      card: card,
      backbone: Backbone(
        architecture: architecture, normalization: normalization, geometry: geometry, images: images,
        embedding: embedding, parameters: try Parameters(graph, tensors: tensors)))
  }
}

/// What can be wrong with the metadata of stored weights.
public enum StorageError: Error, Hashable, CustomStringConvertible {
  case missing(key: String)
  case invalid(key: String, value: String, expected: String)

  public var description: String {
    switch self {
    case .missing(let key): "the metadata has no '\(key)': these weights were not written by gauntlet"
    case .invalid(let key, let value, let expected): "'\(key)' in the metadata is '\(value)', expected \(expected)"
    }
  }
}
