import GauntletKit
import GauntletLaws
import Gradients
import Tensors
import Testing

struct SmoothingTests {
  private static let spec = ImageSpec(channels: 1, height: 3, width: 4)

  @Test(arguments: Geometry.allCases) func lawsHold(_ geometry: Geometry) throws {
    let images = pictures(4, Self.spec)
    let fixed = try wrapped("smoothing:sigma=0.1,samples=5", Products(Self.spec, geometry))
    let violations = try MetricLaws.violations(of: fixed, on: images, selfDistance: geometry == .cosine ? 1e-6 : 0)
    #expect(violations.isEmpty, "\(violations)")
    // The draws change with the image: the gradient is that of the mean for held draws.
    let content = try wrapped("smoothing:sigma=0.1,samples=5,noise=content", Products(Self.spec, geometry))
    let others = try MetricLaws.violations(
      of: content, on: images, selfDistance: geometry == .cosine ? 1e-6 : 0, step: nil)
    #expect(others.isEmpty, "\(others)")
  }

  /// The mean of pixels plus noise is the pixels plus the noise's mean, the same for every image if it is fixed.
  @Test func fixedNoiseIsTheSameForAll() throws {
    let metric = try #require(
      try wrapped("smoothing:sigma=0.2,samples=3", IdentityEmbedding(Self.spec)) as? any EmbeddingMetric)
    let images = pictures(3, Self.spec)
    let shifts = (0..<3).map { row -> [Float] in
      let embedding = (try? metric.embed(Variable(constant: images.rows([row]))).value.scalars) ?? []
      return zip(embedding, images.row(row).scalars).map { $0 - $1 }
    }
    #expect(zip(shifts[0], shifts[1]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(shifts[0], shifts[2]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(shifts[0].contains { abs($0) > 0.01 })
  }

  @Test func noiseOfTheContentDiffersByImage() throws {
    let metric = try #require(
      try wrapped("smoothing:sigma=0.2,samples=3,noise=content", IdentityEmbedding(Self.spec)) as? any EmbeddingMetric)
    var images = pictures(1, Self.spec).scalars
    func shift() throws -> Float {
      let tensor = Tensor(images, Self.spec.shape(1))
      return try metric.embed(Variable(constant: tensor)).value[5] - images[5]
    }
    let before = try shift()
    #expect(try shift() == before)
    images[0] = images[0].nextUp
    #expect(abs(try shift() - before) > 1e-4)
  }

  /// More draws come closer to the mean over all noise, which is known for pixels: the pixels themselves.
  @Test func theMeanConverges() throws {
    let images = pictures(1, Self.spec)
    func error(_ samples: Int) throws -> Float {
      let metric = try #require(
        try wrapped("smoothing:sigma=0.5,samples=\(samples)", IdentityEmbedding(Self.spec)) as? any EmbeddingMetric)
      let off = try metric.embed(Variable(constant: images)).value - images.reshaped([1, 12])
      return off.rowNorms()[0]
    }
    // σ √(12 / samples): 0.43 and 0.027.
    #expect(try error(16) > 0.15)
    #expect(try error(4096) < 0.06)
  }

  @Test func embeddingsAreAveragedAsTheyAreCompared() throws {
    let metric = try #require(
      try wrapped("smoothing:sigma=0.3,samples=7", Products(Self.spec, .sphere)) as? any EmbeddingMetric)
    let norms = try metric.embed(Variable(constant: pictures(4, Self.spec))).value.rowNorms()
    // A mean of unit vectors: shorter than one, and longer than nothing.
    #expect(norms.scalars.allSatisfy { $0 > 0.1 && $0 < 1 })
  }

  @Test func seedsAndBadInput() throws {
    let images = pictures(2, Self.spec)
    func distance(_ settings: String) throws -> Tensor {
      try wrapped("smoothing:samples=4" + settings, Products(Self.spec, .euclidean)).distances(
        images, images.rows([1, 0]))
    }
    #expect(try distance("") == distance(",seed=1"))
    #expect(try distance("") != distance(",seed=2"))
    #expect {
      try wrapped("smoothing", SquaredDifference())
    } throws: {
      "\($0)".contains("squared embeds nothing")
    }
    #expect(throws: PluginError.self) { try wrapped("smoothing:sigma=0", IdentityEmbedding(Self.spec)) }
  }
}
