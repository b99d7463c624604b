import ClassicMetrics
import GauntletKit
import Gradients
import Tensors
import Testing

@Suite(.serialized) struct MetricLawTests {
  private static let references = ["l2", "psnr", "ssim", "ssim:channels=luma", "ms-ssim:scales=2"]

  private func batch(_ count: Int, _ name: String) -> Tensor {
    var stream = RandomStream(seed: 5, [name])
    return Tensor(uniform: [count, 3, 25, 23], in: 0...1, using: &stream)
  }

  private func run(_ metric: any Metric, _ x: Tensor, _ y: Tensor) throws -> (Tensor, Tensor) {
    let leaf = Variable(leaf: x)
    let distance = try metric.distances(from: leaf, to: metric.features(of: y))
    return (distance.value, try distance.gradient(of: leaf))
  }

  @Test(arguments: references)
  func bitsDependOnTheSampleAlone(_ reference: String) throws {
    let metric = try metric(reference)
    let (x, y) = (batch(5, "x"), batch(5, "y"))
    let (values, gradients) = try run(metric, x, y)
    let order = [3, 0, 3]
    let (again, againGradients) = try run(metric, x.rows(order), y.rows(order))
    #expect(again == values.rows(order))
    #expect(againGradients == gradients.rows(order))
    let workers = Workers.count
    defer { Workers.count = workers }
    for count in [1, 3] {
      Workers.count = count
      let (values2, gradients2) = try run(metric, x, y)
      #expect(values2 == values && gradients2 == gradients)
    }
  }

  @Test(arguments: references)
  func isSymmetricAndPositive(_ reference: String) throws {
    let metric = try metric(reference)
    let (x, y) = (batch(3, "x"), batch(3, "y"))
    let (there, back) = (try metric.distances(x, y), try metric.distances(y, x))
    for i in 0..<3 {
      #expect(there[i] > 0)
      #expect(abs(there[i] - back[i]) <= 1e-6 * there[i])
    }
  }

  @Test func cappedSignalToNoiseIsFlat() throws {
    let x = Tensor(repeating: 0.5, [1, 1, 2, 2])
    let y = x.map { $0 + 1e-6 }
    let (value, gradient) = try run(metric("psnr"), x, y)
    #expect(value[0] == 0 && gradient == Tensor(zeros: x.shape))
  }

  /// A negative factor makes the similarity 0, not a NaN.
  @Test func oppositeImagesHaveNoMultiScaleSimilarity() throws {
    let x = batch(1, "x")
    let (value, gradient) = try run(metric("ms-ssim:scales=2"), x, x.map { 1 - $0 })
    #expect(value[0] == 1)
    #expect(gradient == Tensor(zeros: x.shape))
  }

  @Test func smallImagesAreRefused() throws {
    let small = Tensor(zeros: [1, 3, 10, 40])
    for (reference, side) in [("ssim", 11), ("ms-ssim", 161), ("ms-ssim:scales=3", 41)] {
      let error = #expect(throws: PluginError.self) { try metric(reference).features(of: small) }
      #expect(error?.description.contains("3×10×40") == true)
      #expect(error?.description.contains("at least \(side)×\(side)") == true)
    }
    #expect(throws: PluginError.self) {
      try metric("ssim:channels=luma").features(of: Tensor(zeros: [1, 1, 20, 20]))
    }
  }
}
