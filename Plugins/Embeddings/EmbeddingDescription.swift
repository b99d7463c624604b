internal import GauntletKit
internal import Networks
internal import Tensors

/// What a network is, from settings and metadata together.
struct EmbeddingDescription {
  let architecture: String
  let normalization: Normalization
  let geometry: Geometry
  let images: ImageSpec
  let embedding: Int

  /// - Parameters:
  ///   - tensors: published weights, which tell the embedding's dimension if nothing else does.
  ///   - source: the file, for errors.
  /// - Throws: `PluginError.unusable` where neither says it, both differ, or the metadata makes no sense.
  init(
    _ values: SettingValues, metadata: [String: String], tensors: [String: Tensor] = [:], source: String
  ) throws {
    func unusable(_ reason: String) -> PluginError {
      .unusable(plugin: "metric embedding", reason: "\(source): \(reason)")
    }
    /// The setting, else the metadata, else the fallback.
    func text(
      _ setting: String, _ key: EmbeddingNetwork.StorageKey, else fallback: String? = nil, mayDiffer: Bool = false
    ) throws -> String {
      let (given, stored) = (values.written(setting), metadata[key.rawValue])
      if !given.isEmpty {
        if let stored, stored != given, !mayDiffer {
          throw unusable("setting '\(setting)' is '\(given)', but the file says '\(stored)'; leave the setting out")
        }
        return given
      }
      guard let text = stored ?? fallback else {
        throw unusable("the file does not say what '\(setting)' is; give it as a setting")
      }
      return text
    }
    func integer(_ text: String, _ key: EmbeddingNetwork.StorageKey) throws -> Int {
      guard let value = Int(text), (1...1 << 20).contains(value) else {
        throw unusable("\(StorageError.invalid(key: key.rawValue, value: text, expected: "a positive integer"))")
      }
      return value
    }
    func choice<Choice: RawRepresentable & CaseIterable>(
      _ text: String, _ key: EmbeddingNetwork.StorageKey, _: Choice.Type
    ) throws -> Choice where Choice.RawValue == String {
      guard let value = Choice(rawValue: text) else {
        let expected = "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw unusable("\(StorageError.invalid(key: key.rawValue, value: text, expected: expected))")
      }
      return value
    }
    architecture = try text("architecture", .architecture)
    normalization = try choice(
      try text("normalization", .normalization, else: Normalization.none.rawValue), .normalization,
      Normalization.self)
    geometry = try choice(
      try text("geometry", .geometry, else: Geometry.sphere.rawValue, mayDiffer: true), .geometry, Geometry.self)
    images = ImageSpec(
      channels: try integer(try text("channels", .channels, else: "3"), .channels),
      height: try integer(try text("size", .height, mayDiffer: true), .height),
      width: try integer(try text("size", .width, mayDiffer: true), .width))
    let width = Architectures.fixedEmbedding(of: architecture) ?? Self.outputs(of: architecture, tensors) ?? 512
    embedding = try integer(try text("embedding", .embedding, else: "\(width)"), .embedding)
    do { _ = try graph() } catch { throw unusable("\(error)") }
  }

  /// How many outputs the last layer of an architecture has in a file's weights.
  private static func outputs(of architecture: String, _ tensors: [String: Tensor]) -> Int? {
    let extent = ImageExtent(channels: 3, height: 224, width: 224)
    let graph = try? Architectures.named(architecture, embedding: 1, normalization: .none, input: extent)
    guard let name = graph?.nodes.last(where: { $0.op.hasOutputs })?.name else { return nil }
    return tensors["\(name).weight"]?.shape.extents.first
  }

  /// - Throws: `NetworkError`.
  func graph() throws -> Graph {
    try Architectures.named(
      architecture, embedding: embedding, normalization: normalization,
      input: ImageExtent(channels: images.channels, height: images.height, width: images.width))
  }
}

extension Op {
  /// Whether it is a layer whose weight has one row an output.
  fileprivate var hasOutputs: Bool {
    switch self {
    case .linear, .convolution: true
    default: false
    }
  }
}
