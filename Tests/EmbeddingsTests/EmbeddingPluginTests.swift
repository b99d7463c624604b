import Embeddings
import FileFormats
import Foundation
import GauntletKit
import Gradients
import Networks
import Tensors
import Testing

struct EmbeddingPluginTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func make(_ settings: String) throws -> EmbeddingNetwork {
    var registry = Registry()
    try Embeddings.register(in: &registry)
    let metric = try registry.metrics.make(try PluginReference("embedding:" + settings))
    return try #require(metric as? EmbeddingNetwork)
  }

  private func graph(_ architecture: String, _ embedding: Int, _ normalization: Normalization, _ images: ImageSpec)
    throws -> Graph
  {
    try Architectures.named(
      architecture, embedding: embedding, normalization: normalization,
      input: ImageExtent(channels: images.channels, height: images.height, width: images.width))
  }

  private func golden(_ name: String) throws -> Tensor {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "npy", subdirectory: "Golden"))
    return try NPY.read(url.path)
  }

  /// max |a − b| / max |b|
  private func relativeError(_ a: Tensor, _ b: Tensor) -> Float {
    let largest = b.scalars.map { abs($0) }.max() ?? 0
    return zip(a.scalars, b.scalars).map { abs($0 - $1) / largest }.max() ?? 0
  }

  @Test(arguments: [
    ("small-conv", 16, "imagenet", ImageSpec(channels: 3, height: 32, width: 32), 3),
    ("c2f2", 32, "none", ImageSpec(channels: 1, height: 28, width: 28), 2),
  ])
  func embedsAsPyTorchDoes(
    _ architecture: String, _ embedding: Int, _ normalization: String, _ images: ImageSpec, _ count: Int
  ) throws {
    let graph = try graph(architecture, embedding, try #require(Normalization(rawValue: normalization)), images)
    let path = folder.path("weights.safetensors")
    try SafeTensors(tensors: ClosedForm.parameters(of: graph)).write(to: path)
    let metric = try make(
      "weights=\(path),architecture=\(architecture),geometry=E,normalization=\(normalization),size=\(images.width),"
        + "channels=\(images.channels),embedding=\(embedding)")
    let input = folder.path("x.npy")
    try NPY.write(ClosedForm.pixels(images.shape(count)), to: input)
    let embeddings = try metric.placedEmbeddings(of: try NPY.read(input))
    let expected = try golden(architecture)
    #expect(embeddings.shape == expected.shape)
    #expect(relativeError(embeddings, expected) < 1e-4)
    // With E, what is embedded is the raw output; with N, its direction.
    let sphere = EmbeddingNetwork.self
    let placed = try sphere.init(
      tensors: metric.storage.tensors,
      metadata: metric.storage.metadata.merging(["gauntlet.geometry": "N"]) { $1 }
    ).placedEmbeddings(of: try NPY.read(input))
    #expect(relativeError(placed, expected.normalizedRows()) < 1e-4)
  }

  @Test func aFileThatSaysWhatItHoldsNeedsNoSettings() throws {
    let random = try make("weights=random,architecture=small-conv,size=32,embedding=16,geometry=C,seed=4")
    let path = folder.path("model.safetensors")
    let (tensors, metadata) = random.storage
    try SafeTensors(tensors: tensors, metadata: metadata).write(to: path)
    let loaded = try make("weights=\(path)")
    #expect(loaded.geometry == .cosine)
    #expect(loaded.backbone.images == ImageSpec(channels: 3, height: 32, width: 32))
    let images = ClosedForm.pixels([2, 3, 32, 32])
    #expect(try loaded.placedEmbeddings(of: images) == random.placedEmbeddings(of: images))
    #expect(try make("weights=\(path),geometry=E").geometry == .euclidean)
    let error = #expect(throws: PluginError.self) { try make("weights=\(path),embedding=32") }
    #expect("\(try #require(error))".contains("setting 'embedding' is '32', but the file says '16'"))
  }

  @Test func randomWeightsFollowFromTheSeed() throws {
    let images = ClosedForm.pixels([2, 3, 32, 32])
    func embeddings(_ seed: Int) throws -> Tensor {
      try make("weights=random,architecture=small-conv,size=32,embedding=16,seed=\(seed)")
        .placedEmbeddings(of: images)
    }
    #expect(try embeddings(1) == embeddings(1))
    #expect(try embeddings(1) != embeddings(2))
  }

  @Test(arguments: [
    ("missing", "fc.bias"), ("surplus", "extra.weight"), ("shape", "fc.weight"), ("nan", "conv2.weight"),
  ])
  func wrongWeightsAreNamed(_ mistake: String, _ layer: String) throws {
    let images = ImageSpec(channels: 3, height: 32, width: 32)
    var tensors = ClosedForm.parameters(of: try graph("small-conv", 16, .none, images))
    switch mistake {
    case "missing": tensors[layer] = nil
    case "surplus": tensors[layer] = Tensor(zeros: [1])
    case "shape": tensors[layer] = Tensor(zeros: [16, 127])
    default: tensors[layer]?[5] = .nan
    }
    let path = folder.path("weights.safetensors")
    try SafeTensors(tensors: tensors).write(to: path)
    let error = #expect(throws: PluginError.self) {
      try make("weights=\(path),architecture=small-conv,size=32,embedding=16")
    }
    let text = "\(try #require(error))"
    #expect(text.contains(layer) && text.contains(path), "\(text)")
    #expect(!text.contains("\n"))
  }

  @Test func whatNeitherFileNorSettingsSayIsAskedFor() throws {
    let path = folder.path("weights.safetensors")
    try SafeTensors(tensors: ["a": Tensor(zeros: [1])]).write(to: path)
    for (settings, missing) in [("", "architecture"), (",architecture=small-conv", "size")] {
      let error = #expect(throws: PluginError.self) { try make("weights=\(path)\(settings)") }
      #expect("\(try #require(error))".contains("'\(missing)'"))
    }
    #expect(throws: PluginError.self) { try make("weights=\(folder.path("nowhere"))") }
  }
}
