import Embeddings
import FileFormats
import Foundation
import GauntletKit
import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// Files under the names that other packages give, against those packages in double precision
/// (Tests/Reference/published_weights.py).
@Suite(.serialized) struct PublishedWeightsTests {
  private struct File: Decodable {
    struct Case: Decodable {
      let architecture: String
      let side: Int
      let shapes: [String: [Int]]
      let output: Samples
    }
    let cases: [String: Case]
  }

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func golden(_ name: String) throws -> File.Case {
    let url = try #require(Bundle.module.url(forResource: "published", withExtension: "json", subdirectory: "Golden"))
    return try #require(try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases[name])
  }

  private func tensors(_ shapes: [String: [Int]]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: shapes.map { ($0.key, Hashed.published($0.key, Shape($0.value))) })
  }

  private func make(_ tensors: [String: Tensor], _ settings: String) throws -> EmbeddingNetwork {
    let path = folder.path("weights.safetensors")
    try SafeTensors(tensors: tensors).write(to: path)
    var registry = Registry()
    try Embeddings.register(in: &registry)
    let metric = try registry.metrics.make(try PluginReference("embedding:weights=\(path),\(settings)"))
    return try #require(metric as? EmbeddingNetwork)
  }

  @Test(arguments: [
    "openai clip", "open clip", "timm clip", "timm dino", "timm dinov2", "torchvision resnet", "torchvision squeezenet",
  ])
  func agreesWithItsPackage(_ name: String) throws {
    let golden = try golden(name)
    let side = golden.side
    let metric = try make(tensors(golden.shapes), "architecture=\(golden.architecture),size=\(side),geometry=E")
    let output = try metric.embed(Variable(constant: Hashed.tensor("images", [1, 3, side, side]))).value
    let error = golden.output.error(output)
    #expect(error < 1e-4, "\(name)")
  }

  /// Names are those of a data-parallel checkpoint; what a projection cannot take is not dropped in silence.
  @Test func prefixesGoAndAForeignHeadStays() throws {
    let golden = try golden("timm clip")
    let plain = tensors(golden.shapes)
    let settings = "architecture=\(golden.architecture),size=224"
    let named = Dictionary(uniqueKeysWithValues: plain.map { ("module." + $0.key, $0.value) })
    #expect(
      try make(named, settings).backbone.parameters.dictionary == make(plain, settings).backbone.parameters.dictionary)
    var biased = plain
    biased["head.bias"] = Tensor(zeros: [512])
    #expect(try make(biased, settings).dimension == 512)
    biased["head.bias"] = Tensor(repeating: 1, [512])
    let error = #expect(throws: PluginError.self) { try make(biased, settings) }
    #expect("\(try #require(error))".contains("proj"))
  }

  @Test func theLastLayerTellsTheDimension() throws {
    let golden = try golden("torchvision resnet")
    var tensors = tensors(golden.shapes)
    #expect(try make(tensors, "architecture=resnet18,size=64").dimension == 1000)
    tensors["fc.weight"] = Tensor(zeros: [7, 512])
    tensors["fc.bias"] = Tensor(zeros: [7])
    #expect(try make(tensors, "architecture=resnet18,size=64").dimension == 7)
    let error = #expect(throws: PluginError.self) { try make(tensors, "architecture=resnet18,size=64,embedding=9") }
    #expect("\(try #require(error))".contains("fc.weight"))
  }
}
