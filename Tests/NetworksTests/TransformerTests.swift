import Foundation
import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// Vision transformers against timm's in double precision, on the same weights (Tests/Reference/vision_transformers.py).
@Suite struct TransformerTests {
  private struct File: Decodable {
    struct Model: Decodable {
      let side: Int
      let outputs: Int
      let biased: Bool
      let output: Golden.Samples
      let gradient: Golden.Samples
    }
    struct Resized: Decodable {
      let offset: [Double]
      let antialiased: [Double]
    }
    let cases: [String: Model]
    let resized: [String: Resized]
  }

  private static func golden() throws -> File {
    let url = try #require(
      Bundle.module.url(forResource: "transformers", withExtension: "json", subdirectory: "Golden"))
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
  }

  /// With the position grid of the very image, so that nothing is resized.
  private static func transformer(_ name: String, _ side: Int) throws -> VisionTransformer {
    switch name {
    case "vit-base-16":
      VisionTransformer(width: 768, depth: 12, heads: 12, patch: 16, style: .dino, grid: side / 16)
    case "vit-small-16":
      VisionTransformer(width: 384, depth: 12, heads: 6, patch: 16, style: .dino, grid: side / 16)
    case "dinov2-small-14":
      VisionTransformer(width: 384, depth: 12, heads: 6, patch: 14, style: .dinov2, grid: side / 14)
    case "clip-base-32", "open-clip-base-32":
      VisionTransformer(
        width: 768, depth: 12, heads: 12, patch: 32, style: name.hasPrefix("open") ? .openCLIP : .clip,
        feature: .projection(512), grid: side / 32)
    default: throw CocoaError(.featureUnsupported)
    }
  }

  @Test(arguments: ["vit-base-16", "vit-small-16", "dinov2-small-14", "clip-base-32", "open-clip-base-32"])
  func agreesWithTimm(_ name: String) throws {
    let golden = try #require(try Self.golden().cases[name])
    let side = golden.side
    let graph = try Self.transformer(name, side).graph(
      embedding: golden.outputs, normalization: .none, input: ImageExtent(channels: 3, height: side, width: side))
    var parameters = try Hashed.parameters(graph)
    if !golden.biased {
      let bias = "patch_embed.proj.bias"
      parameters[bias] = Tensor(zeros: parameters[bias].shape)
    }
    let network = try Network(graph: graph, parameters: parameters, channels: 3, height: side, width: side)
    let images = Hashed.tensor("images", [16, 3, side, side])
    let leaf = Variable(leaf: images)
    let output = try network(leaf)
    let seed = Hashed.tensor("seed", output.shape)
    let gradient = try output.gradient(of: leaf, seed: seed)
    let (error, gradientError) = (golden.output.error(output.value), golden.gradient.error(gradient))
    #expect(error < 1e-4, "output of \(name)")
    #expect(gradientError < 1e-4, "input gradient of \(name)")
    // Smaller batches: the same bits.
    for count in [1, 3] {
      let part = Variable(leaf: images.rows(0..<count))
      let some = try network(part)
      #expect(some.value == output.value.rows(0..<count))
      #expect(try some.gradient(of: part, seed: seed.rows(0..<count)) == gradient.rows(0..<count))
    }
  }

  /// A transformer of one token a position and no blocks shows its positions.
  @Test(arguments: ["5", "2"])
  func positionsAreResizedAsInPyTorch(_ wanted: String) throws {
    let golden = try #require(try Self.golden().resized[wanted])
    let side = try #require(Int(wanted))
    for (resizing, expected) in [
      (PositionEmbedding.Resizing.bicubic(offset: 0.1), golden.offset), (.bicubicAntialiased, golden.antialiased),
    ] {
      var graph = Graph()
      let x = graph.append(.patchEmbedding(inputs: 1, outputs: 4, patch: 1, bias: false), .input, name: "patches")
      let y = graph.append(
        .positions(PositionEmbedding(leading: 0, grid: Extent(3), features: 4, isFlat: true, resizing: resizing)), x,
        name: "table")
      graph.append(.flatten, y, name: "flatten")
      var parameters = Parameters(initializing: graph, seed: 1)
      parameters["table"] = Hashed.tensor("table", [9, 4])
      let network = try Network(graph: graph, parameters: parameters, channels: 1, height: side, width: side)
      let shown = try network(Tensor(zeros: [1, 1, side, side]))
      let error = relativeError(shown.scalars, expected)
      #expect(error < 1e-5)
    }
  }

  @Test func wrongExtentsAreNamed() throws {
    let input = ImageExtent(channels: 3, height: 60, width: 60)
    #expect(throws: NetworkError.self) {
      try Architectures.named("vit-small-16", embedding: 384, normalization: .none, input: input)
    }
    let square = ImageExtent(channels: 3, height: 64, width: 64)
    #expect(throws: NetworkError.self) {
      try Architectures.named("vit-small-16", embedding: 512, normalization: .none, input: square)
    }
    let graph = try Architectures.named("clip-vit-base-32", embedding: 512, normalization: .clip, input: square)
    #expect(graph.parameters.contains { $0.name == "proj" && $0.shape == [768, 512] })
  }
}
