import FileFormats
import GauntletKit
import Gradients
import LearnedMetrics
import Tensors
import TestWeights
import Testing

/// Distances and input gradients of the packages lpips and piq, in double precision, on the same weights.
@Suite(.serialized) struct ParityTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// - Parameter tolerance: of a gradient's single values, relative to their root mean square.
  private func check(_ metric: any Metric, _ name: String, tolerance: Double = 1e-4) throws {
    let golden = try Golden.load(name)
    let (x, y) = Golden.images(golden.height, golden.width)
    let (distances, gradient) = try evaluated(metric, x, y)
    #expect(relativeError(distances, golden.distances) < 1e-4, "distances of \(name)")
    for (row, samples) in golden.gradients.enumerated() {
      let error = samples.error(gradient.row(row))
      #expect(error < tolerance, "gradient \(row) of \(name)")
    }
  }

  @Test(arguments: [("alex", "0.1"), ("alex", "0.0"), ("vgg", "0.1"), ("squeeze", "0.1"), ("squeeze", "0.0")])
  func agreesWithLPIPS(_ net: String, _ version: String) throws {
    let backbone = FeatureBackbone(try #require(FeatureBackbone.Kind(rawValue: net)))
    var tensors = hashedBackbone(backbone)
    // A file of torchvision has a classifier too.
    tensors["classifier.1.weight"] = Tensor(zeros: [2, 2])
    let weights = try folder.write(tensors, "backbone.safetensors")
    let linear = try folder.write(hashedLinear(backbone), "linear.safetensors")
    try check(metric("lpips:net=\(net),version=\(version),weights=\(weights),linear=\(linear)"), "\(net) \(version)")
  }

  @Test func agreesWithDISTS() throws {
    let weights = try folder.write(hashedBackbone(FeatureBackbone(.vgg)), "vgg.safetensors")
    let factors = try folder.write(
      ["alpha": Hashed.tensor("alpha", [1, 1475, 1, 1]), "beta": Hashed.tensor("beta", [1, 1475, 1, 1])],
      "weights.safetensors")
    // Features of 3×3 positions at the last layer: PyTorch's own single precision is off by up to 5e-5 here, and by up to
    // 2e-3 on other sizes, for textures compare small differences of large features.
    try check(metric("dists:weights=\(weights),alpha-beta=\(factors)"), "dists", tolerance: 5e-4)
  }

  /// A state dict of the whole metric, saved by PyTorch from a data-parallel module.
  @Test func loadsWhatRLPIPSSaves() throws {
    let small = FeatureBackbone(.alex, divisor: 16)
    let path = try Golden.path("r-lpips.pth")
    try check(try LPIPSPlugin.metric(settings: [("weights", path)], backbone: small), "r-lpips")
    // Every number is the one that PyTorch saved.
    let saved = try WeightFile(contentsOf: path).tensors
    for (name, tensor) in hashedBackbone(small) {
      let words = name.split(separator: ".")
      let stage = try #require(["0": 1, "3": 2, "6": 3, "8": 4, "10": 5][words[1]])
      #expect(saved["module.net.slice\(stage).\(words[1]).\(words[2])"] == tensor, "\(name)")
    }
    // The same linear weights from a file of their own, of the format before zip archives.
    let (x, y) = Golden.images(65, 64)
    let backbone = try folder.write(hashedBackbone(small), "backbone.safetensors")
    let apart = try LPIPSPlugin.metric(
      settings: [("weights", backbone), ("linear", try Golden.path("linear.pth"))], backbone: small)
    let whole = try LPIPSPlugin.metric(settings: [("weights", path)], backbone: small)
    #expect(try apart.distances(x, y) == whole.distances(x, y))
  }
}
