import GauntletKit
import GauntletLaws
import Gradients
import LearnedMetrics
import Tensors
import TestWeights
import Testing

@Suite(.serialized) struct LayeredMetricTests {
  /// Miniatures of every kind, with random weights.
  private static let miniatures = ["alex", "vgg", "squeeze", "dists"]

  private func make(_ kind: String) throws -> LayeredMetric {
    guard let backbone = FeatureBackbone.Kind(rawValue: kind) else {
      return try DISTSPlugin.metric(settings: [("weights", "random"), ("seed", "3")], divisor: 4)
    }
    return try LPIPSPlugin.metric(
      settings: [("weights", "random"), ("seed", "3")],
      backbone: FeatureBackbone(backbone, divisor: backbone == .squeeze ? 1 : 4))
  }

  @Test(arguments: miniatures) func obeysTheLaws(_ kind: String) throws {
    let (images, _) = Golden.images(48, 45, count: 3)
    let metric = try make(kind)
    let violations = try MetricLaws.violations(of: metric, on: images, selfDistance: 0, step: 2e-3)
    #expect(violations.isEmpty, "\(violations)")
  }

  @Test(arguments: miniatures) func theNumberOfWorkersChangesNothing(_ kind: String) throws {
    let metric = try make(kind)
    let (x, y) = Golden.images(65, 65, count: 5)
    let (distances, gradient) = try evaluated(metric, x, y)
    let workers = Workers.count
    defer { Workers.count = workers }
    Workers.count = 1
    let (again, againGradient) = try evaluated(metric, x, y)
    #expect(again == distances && againGradient == gradient)
  }

  /// PyTorch's gradient is a NaN at features that vanish: a dark image behind negative biases.
  @Test(arguments: miniatures) func gradientsAreFiniteEverywhere(_ kind: String) throws {
    let metric = try make(kind)
    let (x, y) = Golden.images(64, 64, count: 2)
    let (own, gradient) = try evaluated(metric, x, x)
    #expect(own == Tensor(zeros: [2]))
    #expect(gradient == Tensor(zeros: x.shape))
    let flat = Tensor(zeros: x.shape)
    #expect(try evaluated(metric, flat, y).gradient.isFinite)
  }

  /// Features that are all zero: nothing but negative biases in the first layer.
  @Test func vanishingFeaturesHaveGradientZero() throws {
    let folder = try TemporaryFolder()
    let small = FeatureBackbone(.alex, divisor: 16)
    var tensors = hashedBackbone(small)
    tensors["features.0.weight"] = Tensor(zeros: [4, 3, 11, 11])
    tensors["features.0.bias"] = Tensor(repeating: -1, [4])
    let path = try folder.write(tensors, "dead.safetensors")
    let metric = try LPIPSPlugin.metric(settings: [("weights", path), ("linear", "ones")], backbone: small)
    let (x, y) = Golden.images(64, 64, count: 2)
    let (distances, gradient) = try evaluated(metric, x, y)
    #expect(distances == Tensor(zeros: [2]))
    #expect(gradient == Tensor(zeros: x.shape))
  }

  @Test func anySizeIsTakenAndSmallOnesAreRefused() throws {
    let metric = try make("alex")
    guard case .channels(3, let side) = metric.input else { throw PluginError.malformed("alex", reason: "input") }
    for height in [side, 80, side] {
      let (x, y) = Golden.images(height, side + 1, count: 1)
      #expect(try metric.distances(x, y)[0] > 0)
    }
    let error = #expect(throws: PluginError.self) {
      try metric.features(of: Tensor(zeros: [1, 3, side - 1, 80]))
    }
    #expect("\(try #require(error))".contains("at least \(side)×\(side)"))
    #expect(throws: PluginError.self) {
      try metric.distances(
        from: Variable(constant: Tensor(zeros: [1, 3, 64, 64])), to: metric.features(of: Tensor(zeros: [1, 3, 64, 80])))
    }
  }

  /// More images than are worked on at a time.
  @Test func manyImagesHaveTheDistancesOfFew() throws {
    let metric = try make("alex")
    let (x, y) = Golden.images(40, 40, count: 37)
    let all = try metric.distances(x, y)
    #expect(all.shape == [37])
    #expect(try metric.distances(x.rows(30..<37), y.rows(30..<37)) == all.rows(30..<37))
    #expect(try evaluated(metric, x, y).distances == all)
  }

  @Test func randomWeightsFollowFromTheSeed() throws {
    let (x, y) = Golden.images(64, 64, count: 1)
    func distance(_ reference: String) throws -> Float { try metric(reference).distances(x, y)[0] }
    #expect(
      try distance("lpips:net=squeeze,weights=random,seed=1") == distance("lpips:net=squeeze,weights=random,seed=1"))
    #expect(
      try distance("lpips:net=squeeze,weights=random,seed=1") != distance("lpips:net=squeeze,weights=random,seed=2"))
  }
}
