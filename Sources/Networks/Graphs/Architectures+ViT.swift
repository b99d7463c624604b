/// A vision transformer (Dosovitskiy et al., "An image is worth 16×16 words", ICLR 2021) in the styles of DINO, DINOv2,
/// CLIP and OpenCLIP, all with the parameter names of DINO's code: `patch_embed.proj`, `cls_token`, `pos_embed`,
/// `blocks.{i}.norm1|attn.qkv|attn.proj|norm2|mlp.fc1|mlp.fc2`, `norm`; CLIPs have `pos_drop` for the norm before the blocks
/// and `proj` [width, projection]; DINOv2 has `ls1.gamma`, `ls2.gamma` and, if asked for, `register_tokens`.
public struct VisionTransformer: Hashable, Sendable {
  public enum Style: String, Hashable, Sendable, CaseIterable {
    /// Exact GELU, ε = 1e-6. SynCLR's and timm's plain transformers too.
    case dino
    /// Like DINO with a learned factor behind every branch.
    case dinov2
    /// Quick GELU, ε = 1e-5, a norm before the blocks.
    case clip
    /// Like CLIP with the exact GELU.
    case openCLIP
  }

  /// What is made of the last block's tokens.
  public enum Feature: Hashable, Sendable {
    /// The class token as it is: DreamSim's DINO branches.
    case classToken
    /// The class token behind the final norm.
    case normalizedClassToken
    /// The same times a matrix [width, outputs] without bias: CLIP's embedding.
    case projection(Int)
    /// All tokens as they are, side by side.
    case tokens
  }

  public var width: Int
  public var depth: Int
  public var heads: Int
  public var patch: Int
  public var style: Style
  public var feature: Feature
  /// Side of the square grid of positions that the weights were made for.
  public var grid: Int
  public var registers: Int

  /// - Parameter grid: by default that of 224 pixels, and of 518 for DINOv2.
  public init(
    width: Int, depth: Int, heads: Int, patch: Int, style: Style, feature: Feature = .normalizedClassToken,
    grid: Int? = nil, registers: Int = 0
  ) {
    self.width = width
    self.depth = depth
    self.heads = heads
    self.patch = patch
    self.style = style
    self.feature = feature
    self.grid = grid ?? (style == .dinov2 ? 518 : 224) / patch
    self.registers = registers
  }

  static func small(patch: Int, _ style: Style) -> VisionTransformer {
    VisionTransformer(width: 384, depth: 12, heads: 6, patch: patch, style: style)
  }
  static func base(patch: Int, _ style: Style, projection: Int? = nil) -> VisionTransformer {
    VisionTransformer(
      width: 768, depth: 12, heads: 12, patch: patch, style: style,
      feature: projection.map { .projection($0) } ?? .normalizedClassToken)
  }

  /// How many numbers an image becomes.
  public func outputs(for input: ImageExtent) -> Int {
    switch feature {
    case .classToken, .normalizedClassToken: width
    case .projection(let outputs): outputs
    case .tokens: width * (1 + registers + (input.height / patch) * (input.width / patch))
    }
  }

  /// The graph for square images whose side is a multiple of the patch.
  /// - Throws: `NetworkError.badSetting` if `embedding` is not what the features give, or the image does not fit.
  public func graph(embedding: Int, normalization: Normalization, input: ImageExtent) throws -> Graph {
    guard input.height == input.width, input.height >= patch, input.height % patch == 0 else {
      throw NetworkError.badSetting(
        architecture: "vit", setting: "input", got: "\(input)",
        expected: "square images of a multiple of \(patch) pixels")
    }
    guard embedding == outputs(for: input) else {
      throw NetworkError.badSetting(
        architecture: "vit", setting: "embedding", got: "\(embedding)", expected: "\(outputs(for: input))")
    }
    var graph = Graph()
    var x = normalization.append(to: &graph)
    x = graph.append(
      .patchEmbedding(inputs: input.channels, outputs: width, patch: patch, bias: true), x, name: "patch_embed.proj")
    x = graph.append(.prependTokens(count: 1, features: width, isFlat: false), x, name: "cls_token")
    x = graph.append(
      .positions(
        PositionEmbedding(
          leading: 1, grid: Extent(grid), features: width, isFlat: false, resizing: .bicubic(offset: 0.1))), x,
      name: "pos_embed")
    if registers > 0 {
      let positions = (input.height / patch) * (input.width / patch)
      let first = graph.append(.slice(0..<1), x, name: "class")
      let others = graph.append(.slice(1..<positions + 1), x, name: "patches")
      let more = graph.append(
        .prependTokens(count: registers, features: width, isFlat: false), others, name: "register_tokens")
      x = graph.append(.concat(count: 2), first, more, name: "sequence")
    }
    if style == .clip || style == .openCLIP { x = norm(x, "pos_drop", &graph) }
    for index in 0..<depth {
      let prefix = "blocks.\(index)."
      var y = norm(x, prefix + "norm1", &graph)
      y = linear(y, width, 3 * width, prefix + "attn.qkv", &graph)
      y = graph.append(.attention(heads: heads), y, name: prefix + "attn")
      y = scaled(linear(y, width, width, prefix + "attn.proj", &graph), prefix + "ls1", &graph)
      x = graph.append(.add, y, x, name: prefix + "add1")
      y = linear(norm(x, prefix + "norm2", &graph), width, 4 * width, prefix + "mlp.fc1", &graph)
      y = graph.append(.gelu(style == .clip ? .quick : .exact), y, name: prefix + "mlp.act")
      y = scaled(linear(y, 4 * width, width, prefix + "mlp.fc2", &graph), prefix + "ls2", &graph)
      x = graph.append(.add, y, x, name: prefix + "add2")
    }
    if feature == .tokens {
      graph.append(.flatten, x, name: "tokens")
      return graph
    }
    // The norm of the class token needs no other token.
    x = graph.append(.flatten, graph.append(.slice(0..<1), x, name: "class_token"), name: "flatten")
    if feature != .classToken { x = norm(x, "norm", &graph) }
    if case .projection(let outputs) = feature {
      graph.append(.projection(inputs: width, outputs: outputs), x, name: "proj")
    }
    return graph
  }

  private func norm(_ x: Graph.Value, _ name: String, _ graph: inout Graph) -> Graph.Value {
    let epsilon: Float = style == .clip || style == .openCLIP ? 1e-5 : 1e-6
    return graph.append(.layerNorm(features: width, epsilon: epsilon), x, name: name)
  }

  private func linear(_ x: Graph.Value, _ from: Int, _ to: Int, _ name: String, _ graph: inout Graph) -> Graph.Value {
    graph.append(.linear(inputs: from, outputs: to, bias: true), x, name: name)
  }

  private func scaled(_ x: Graph.Value, _ name: String, _ graph: inout Graph) -> Graph.Value {
    style == .dinov2 ? graph.append(.channelScale(features: width, start: 1e-5), x, name: name) : x
  }
}
