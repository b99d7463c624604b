/// Pixel normalisation inside a network: images are in [0, 1] outside.
public enum Normalization: String, Hashable, Sendable, CaseIterable {
  /// Means 0.485, 0.456, 0.406 and deviations 0.229, 0.224, 0.225.
  case imagenet
  /// The constants of CLIP.
  case clip
  /// Pixels as they are.
  case none

  func append(to graph: inout Graph) -> Graph.Value {
    switch self {
    case .imagenet:
      graph.append(
        .affine(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225]), .input, name: "normalization")
    case .clip:
      graph.append(
        .affine(
          mean: [0.481_454_66, 0.457_827_5, 0.408_210_73], deviation: [0.268_629_54, 0.261_302_58, 0.275_777_11]),
        .input, name: "normalization")
    case .none: .input
    }
  }
}

/// Networks by name.
public enum Architectures {
  typealias Builder =
    @Sendable (_ embedding: Int, _ normalization: Normalization, _ input: ImageExtent)
    throws -> Graph

  private static let builders: [(name: String, build: Builder)] =
    chosen + transformers.map { (name: $0.name, build: $0.transformer.graph) }

  private static let chosen: [(name: String, build: Builder)] = [
    ("resnet18", { resNet(.basic, [2, 2, 2, 2], embedding: $0, normalization: $1, channels: $2.channels) }),
    ("resnet34", { resNet(.basic, [3, 4, 6, 3], embedding: $0, normalization: $1, channels: $2.channels) }),
    ("resnet50", { resNet(.bottleneck, [3, 4, 6, 3], embedding: $0, normalization: $1, channels: $2.channels) }),
    ("alexnet", alexNet), ("vgg16", vgg16), ("squeezenet", squeezeNet), ("mnasnet", mnasNet), ("c2f2", c2f2),
    ("lenet", leNet),
    ("small-conv", { smallConv(embedding: $0, normalization: $1, channels: $2.channels, batchNorm: true) }),
    ("sll-tiny", SLLNetwork.tiny.graph), ("sll-small", SLLNetwork.small.graph), ("sll-medium", SLLNetwork.medium.graph),
    ("sll-large", SLLNetwork.large.graph), ("sll-xlarge", SLLNetwork.xlarge.graph),
    ("small-conv-plain", { smallConv(embedding: $0, normalization: $1, channels: $2.channels, batchNorm: false) }),
  ]

  /// Transformers, whose embedding cannot be chosen.
  private static let transformers: [(name: String, transformer: VisionTransformer)] = [
    ("vit-small-16", VisionTransformer.small(patch: 16, .dino)),
    ("vit-base-16", VisionTransformer.base(patch: 16, .dino)),
    ("vit-base-8", VisionTransformer.base(patch: 8, .dino)),
    ("dinov2-vit-small-14", VisionTransformer.small(patch: 14, .dinov2)),
    ("dinov2-vit-base-14", VisionTransformer.base(patch: 14, .dinov2)),
    ("clip-vit-base-16", VisionTransformer.base(patch: 16, .clip, projection: 512)),
    ("clip-vit-base-32", VisionTransformer.base(patch: 32, .clip, projection: 512)),
    ("open-clip-vit-base-16", VisionTransformer.base(patch: 16, .openCLIP, projection: 512)),
    ("open-clip-vit-base-32", VisionTransformer.base(patch: 32, .openCLIP, projection: 512)),
  ]

  /// Those of a fixed size. SLL networks of any size are known too: see `named`.
  public static var names: [String] { builders.map(\.name) }

  public static func isKnown(_ name: String) -> Bool { builder(name) != nil }

  private static func builder(_ name: String) -> Builder? {
    builders.first { $0.name == name }?.build
      ?? SLLNetwork(named: name).map { network -> Builder in
        { network.graph(embedding: $0, normalization: $1, input: $2) }
      }
  }

  /// The dimension of an architecture's embedding where it is not a choice: a transformer's width, or what its projection
  /// gives. Nil for the others, and for unknown names.
  public static func fixedEmbedding(of name: String) -> Int? {
    transformers.first { $0.name == name }.map {
      $0.transformer.outputs(for: ImageExtent(channels: 3, height: 224, width: 224))
    }
  }

  /// The graph of an architecture for images of an extent.
  ///
  /// - `resnet18`, `resnet34`, `resnet50`: torchvision's, with torchvision's parameter names; `fc` has `embedding` rows.
  /// - `alexnet`, `vgg16`, `squeezenet` (1.1), `mnasnet` (1.0): torchvision's; the last layer has `embedding` outputs.
  /// - `c2f2`, `lenet`: for 28×28 images (Zhou & Patel, "Enhancing adversarial robustness for deep metric learning").
  /// - `sll-small` to `sll-xlarge`: LipSim's, whose ℓ2 Lipschitz constant is 1; for images of at least 16×16. `sll-tiny` is
  ///   one for small images; `sll-20x45-7x1024` names any: blocks × channels of the convolutions, blocks × features of the
  ///   linear part.
  /// - `vit-…`, `dinov2-vit-…`, `clip-vit-…`, `open-clip-vit-…`: see `VisionTransformer`; `embedding` is what they give.
  /// - `small-conv`, `small-conv-plain`: four 3×3 convolutions with and without batch norm, for 32×32 images.
  /// - Throws: `NetworkError.unknownArchitecture` listing the names; `badInput` if the images do not fit;
  ///   `badSetting` for an embedding below 1, or a normalisation with three constants for other than three channels.
  public static func named(
    _ name: String, embedding: Int, normalization: Normalization, input: ImageExtent
  ) throws -> Graph {
    guard let builder = builder(name) else {
      throw NetworkError.unknownArchitecture(name: name, known: names)
    }
    guard embedding > 0 else {
      throw NetworkError.badSetting(
        architecture: name, setting: "embedding", got: "\(embedding)", expected: "a dimension of at least 1")
    }
    guard input.channels > 0, input.height > 0, input.width > 0 else {
      throw NetworkError.badSetting(
        architecture: name, setting: "input", got: "\(input)", expected: "positive extents")
    }
    guard normalization == .none || input.channels == 3 else {
      throw NetworkError.badSetting(
        architecture: name, setting: "normalization", got: normalization.rawValue,
        expected: "none, or images of 3 channels instead of \(input.channels)")
    }
    let graph = try builder(embedding, normalization, input)
    _ = try graph.outputShape(for: [1, input.channels, input.height, input.width])
    return graph
  }
}
