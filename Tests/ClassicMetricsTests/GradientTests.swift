import ClassicMetrics
import GauntletKit
import Gradients
import Tensors
import Testing

/// Gradients against central differences of the plain definitions in Double.
@Suite struct GradientTests {
  typealias Plane = PlainSimilarity.Plane

  /// Images that differ by noise: [1, C, H, W] each.
  private func pair(_ channels: Int, _ height: Int, _ width: Int) -> (Tensor, Tensor) {
    var stream = RandomStream(seed: 3, ["gradient"], [height, width])
    let x = Tensor(uniform: [1, channels, height, width], in: 0.1...0.9, using: &stream)
    let y = x.map { $0 * 0.8 + 0.1 * stream.uniform() }
    return (x, y)
  }

  private func planes(_ values: [Double], _ height: Int, _ width: Int) -> [Plane] {
    stride(from: 0, to: values.count, by: height * width).map {
      Plane(values: Array(values[$0..<$0 + height * width]), height: height, width: width)
    }
  }

  /// Compares at some forty places; returns the largest difference over the largest slope.
  private func worst(
    _ reference: String, _ x: Tensor, _ y: Tensor, _ definition: ([Double], [Double]) -> Double
  ) throws -> Double {
    let leaf = Variable(leaf: x)
    let metric = try metric(reference)
    let distance = try metric.distances(from: leaf, to: metric.features(of: y))
    let gradient = try distance.gradient(of: leaf, seed: Tensor([2], [1])).scalars.map { Double($0) / 2 }
    let (a, b) = (x.scalars.map { Double($0) }, y.scalars.map { Double($0) })
    #expect(abs(Double(distance.value[0]) - definition(a, b)) < 1e-4)
    var (worst, largest) = (0.0, 0.0)
    for i in stride(from: 0, to: a.count, by: max(1, a.count / 41)) {
      let h = 1e-5
      var (up, down) = (a, a)
      up[i] += h
      down[i] -= h
      let slope = (definition(up, b) - definition(down, b)) / (2 * h)
      largest = max(largest, abs(slope))
      worst = max(worst, abs(slope - gradient[i]))
    }
    #expect(largest > 1e-6)
    return worst / largest
  }

  private func similarity(_ a: [Plane], _ b: [Plane]) -> Double {
    zip(a, b).reduce(0) { $0 + PlainSimilarity.means($1.0, $1.1).full } / Double(a.count)
  }

  @Test func pixelDistance() throws {
    let (x, y) = pair(3, 5, 4)
    let error = try worst("l2", x, y) { a, b in zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    #expect(error < 1e-6)
  }

  @Test func peakSignalToNoise() throws {
    let (x, y) = pair(1, 6, 7)
    let error = try worst("psnr", x, y) { a, b in
      let mean = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count)
      return 100 + 10 * _log10(mean)
    }
    #expect(error < 1e-6)
  }

  @Test func structuralSimilarity() throws {
    let (x, y) = pair(3, 13, 16)
    let error = try worst("ssim", x, y) { a, b in 1 - similarity(planes(a, 13, 16), planes(b, 13, 16)) }
    #expect(error < 1e-6)
  }

  @Test func structuralSimilarityOfLuma() throws {
    let (x, y) = pair(3, 12, 11)
    func luma(_ v: [Double]) -> [Plane] {
      let n = 12 * 11
      return planes((0..<n).map { 0.299 * v[$0] + 0.587 * v[n + $0] + 0.114 * v[2 * n + $0] }, 12, 11)
    }
    let error = try worst("ssim:channels=luma", x, y) { a, b in 1 - similarity(luma(a), luma(b)) }
    #expect(error < 1e-6)
  }

  @Test func multiScaleSimilarity() throws {
    let (x, y) = pair(2, 24, 22)
    let weights = [0.0448 / 0.3304, 0.2856 / 0.3304]
    let error = try worst("ms-ssim:scales=2", x, y) { a, b in
      let values = zip(planes(a, 24, 22), planes(b, 24, 22)).map { p, q in
        let fine = PlainSimilarity.means(p, q).contrast
        let coarse = PlainSimilarity.means(PlainSimilarity.halved(p), PlainSimilarity.halved(q)).full
        return _pow(fine, weights[0]) * _pow(coarse, weights[1])
      }
      return 1 - values.reduce(0, +) / Double(values.count)
    }
    #expect(error < 1e-6)
  }

  /// Sides of odd length, where the coarser plane begins with a half-empty row: central differences of the value itself.
  @Test func multiScaleSimilarityOfOddSides() throws {
    let (x, y) = pair(1, 45, 43)
    let metric = try metric("ms-ssim:scales=3")
    let leaf = Variable(leaf: x)
    let gradient = try metric.distances(from: leaf, to: metric.features(of: y)).gradient(of: leaf)
    for i in [0, 21, 42, 43, 500, 45 * 43 - 1] {
      // A wide step along one pixel: values are single precision.
      var (up, down) = (x, x)
      up[i] += 0.05
      down[i] -= 0.05
      let slope = (try metric.distances(up, y)[0] - metric.distances(down, y)[0]) / 0.1
      #expect(abs(slope - gradient[i]) < 5e-5 + 0.05 * abs(slope), "at \(i): \(gradient[i]), expected about \(slope)")
    }
  }

  @Test(arguments: ["l2", "psnr", "ssim", "ms-ssim:scales=2"])
  func vanishesAtTheFixedImage(_ reference: String) throws {
    let (x, _) = pair(3, 24, 24)
    let metric = try metric(reference)
    let leaf = Variable(leaf: x)
    let distance = try metric.distances(from: leaf, to: metric.features(of: x))
    #expect(abs(distance.value[0]) < 1e-6)
    #expect(try distance.gradient(of: leaf).scalars.allSatisfy { abs($0) < 1e-6 })
  }
}
