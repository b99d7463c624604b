import DreamSim
import FileFormats
import GauntletKit
import GauntletLaws
import Gradients
import Networks
import Tensors
import TestWeights
import Testing

@Suite(.serialized) struct DreamSimTests {
  private func make(_ type: DreamSimType, _ settings: (String, String)...) throws -> DreamSimMetric {
    try DreamSimPlugin.metric(settings: settings.map { (name: $0.0, text: $0.1) }, type: type)
  }

  private func check(_ metric: DreamSimMetric, _ name: String, side: Int) throws {
    let golden = try Golden.load(name)
    let (x, y) = Golden.images(side)
    let embeddings = try metric.embed(Variable(constant: x)).value
    #expect(embeddings.shape == [3, metric.dimension])
    #expect(golden.embeddings.error(embeddings) < 1e-4, "embeddings, \(name)")
    let leaf = Variable(leaf: x)
    let distances = try metric.distances(from: leaf, to: metric.features(of: y))
    let error = zip(distances.value.scalars, golden.distances).map { abs(Double($0) - $1) / $1 }.max() ?? .infinity
    #expect(error < 1e-4, "distances, \(name)")
    let gradient = try distances.gradient(of: leaf, seed: Hashed.tensor("seed", [3]))
    #expect(golden.gradient.error(gradient) < 1e-4, "gradient, \(name)")
  }

  /// The matrices behind the LoRA, to the bit.
  private func checkMerged(_ tensors: [[String: Tensor]], _ name: String) throws {
    let expected = try #require(try Golden.load(name).merged)
    #expect(expected.count == 2 * tensors.count)
    for (place, samples) in expected.enumerated() {
      let matrix = try #require(tensors[place / 2]["blocks.\(place % 2).attn.qkv.weight"])
      let scalars = matrix.scalars
      let wrong = samples.values.enumerated().filter { scalars[$0.offset * samples.step] != Float($0.element) }
      #expect(wrong.isEmpty, "\(wrong.count) of \(samples.values.count) differ in matrix \(place) of \(name)")
    }
  }

  @Test func addsWhatPeftSaves() throws {
    let folder = try WeightFolder(Miniature.ensemble)
    try folder.copy("ensemble_lora", to: "ensemble_lora")
    try checkMerged(
      try DreamSimPlugin.weights(of: Miniature.ensemble, in: folder.path, isTuned: true), "new lora")
    try check(try make(Miniature.ensemble, ("weights", folder.path)), "new lora", side: 32)
  }

  @Test func addsWhatTheFirstReleaseSaved() throws {
    let folder = try WeightFolder(Miniature.single)
    try folder.copy("old_lora", to: "dino_vitb16_single_lora")
    try checkMerged(try DreamSimPlugin.weights(of: Miniature.single, in: folder.path, isTuned: true), "old lora")
    try check(
      try make(Miniature.single, ("weights", folder.path), ("normalization-order", "old")), "old lora", side: 32)
    // An ensemble of that release has one folder a branch.
    let three = try WeightFolder(Miniature.ensemble)
    for branch in Miniature.ensemble.branches { try three.copy("old_lora", to: "\(branch.name)_lora") }
    let tensors = try DreamSimPlugin.weights(of: Miniature.ensemble, in: three.path, isTuned: true)
    try checkMerged([tensors[0]], "old lora")
    #expect(
      tensors[2]["blocks.0.attn.qkv.weight"]
        != (try Miniature.weights(Miniature.openCLIP, side: 32))["blocks.0.attn.qkv.weight"])
  }

  @Test func withoutLoRAItIsTheBase() throws {
    let folder = try WeightFolder(Miniature.ensemble)
    try check(
      try make(Miniature.ensemble, ("weights", folder.path), ("lora", "none"), ("centred", "false")), "plain", side: 32)
  }

  @Test(arguments: [("new", "true"), ("old", "true"), ("plain", "false")])
  func patchesAreStandardizedOneByOne(_ order: String, _ centred: String) throws {
    let folder = try WeightFolder(Miniature.patches)
    let metric = try make(
      Miniature.patches, ("weights", folder.path), ("lora", "none"), ("centred", centred),
      ("normalization-order", order == "plain" ? "new" : order))
    try check(metric, "patch \(order)", side: 42)
  }

  /// Both orders give the same cosine; the norm is 1 in the new one and below in the old one.
  @Test func ordersDifferInTheNormAlone() throws {
    let (x, y) = Golden.images(32)
    let metrics = try ["new", "old"].map {
      try make(Miniature.single, ("weights", "random"), ("normalization-order", $0))
    }
    let distances = try metrics.map { try $0.distances(x, y) }
    for i in 0..<3 { #expect(abs(distances[0][i] - distances[1][i]) < 1e-6) }
    let norms = try metrics.map { try $0.embed(Variable(constant: x)).value.rowNorms() }
    for i in 0..<3 { #expect(abs(norms[0][i] - 1) < 1e-5 && norms[1][i] < norms[0][i] - 1e-6) }
  }

  @Test(arguments: [Miniature.ensemble, Miniature.patches]) func obeysTheLaws(_ type: DreamSimType) throws {
    let metric = try make(type, ("weights", "random"), ("seed", "5"))
    let (images, _) = Golden.images(type.side)
    // 1 − cosine of an image with itself is rounding.
    let violations = try MetricLaws.violations(of: metric, on: images, selfDistance: 1e-6)
    #expect(violations.isEmpty, "\(violations)")
    let leaf = Variable(leaf: images)
    let own = try metric.distances(from: leaf, to: metric.features(of: images))
    #expect(try own.gradient(of: leaf).isFinite)
  }

  @Test func aPublishedTypeRunsOnRandomWeights() throws {
    var registry = Registry()
    try DreamSim.register(in: &registry)
    let made = try registry.metrics.make(try PluginReference("dreamsim:type=clip_vitb32,weights=random,seed=2"))
    let metric = try #require(made as? any EmbeddingMetric)
    #expect(metric.dimension == 512)
    let (x, y) = Golden.images(224)
    let distances = try metric.distances(x, y).scalars
    #expect(distances.allSatisfy { $0 > 0 && $0 < 2 }, "\(distances)")
  }

  /// What the specification of the models says of them.
  @Test func typesHaveThePublishedDimensions() {
    let dimensions = [
      "ensemble": 1792, "dino_vitb16": 768, "dinov2_vitb14": 768, "clip_vitb32": 512, "open_clip_vitb32": 512,
      "synclr_vitb16": 768, "dino_vitb16_patch": 197 * 768, "dinov2_vitb14_patch": 257 * 768,
    ]
    #expect(DreamSimType.all.count == dimensions.count)
    for type in DreamSimType.all {
      let extent = ImageExtent(channels: 3, height: 224, width: 224)
      let outputs = type.branches.reduce(0) { $0 + $1.transformer.outputs(for: extent) }
      #expect(outputs == dimensions[type.name], "\(type.name)")
    }
  }
}
