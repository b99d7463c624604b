import GauntletKit
import GauntletLaws
import Gradients
import Pictures
import Tensors
import Testing

struct JPEGTests {
  private static let spec = ImageSpec(channels: 3, height: 12, width: 10)

  @Test(arguments: ["jpeg", "jpeg:quality=20"]) func lawsHold(_ reference: String) throws {
    let images = pictures(4, Self.spec)
    for inner in [SquaredDifference() as any Metric, IdentityEmbedding(Self.spec)] {
      let metric = try wrapped(reference, inner)
      #expect((metric is any EmbeddingMetric) == (inner is any EmbeddingMetric))
      // Its gradient is not a derivative, on purpose: no step.
      #expect(try MetricLaws.violations(of: metric, on: images, step: nil).isEmpty)
    }
  }

  @Test func itIsTheMetricOfTheDecodedImages() throws {
    let images = pictures(3, Self.spec)
    let others = pictures(3, Self.spec, seed: 4)
    func decoded(_ images: Tensor) throws -> Tensor {
      Tensor(
        concatenating: try (0..<3).map { row in
          try Picture(decoding: Picture(images.row(row)).jpeg(quality: 30), name: "x").tensor()
            .reshaped(Self.spec.shape(1))
        })
    }
    let metric = try wrapped("jpeg:quality=30", SquaredDifference())
    let expected = try SquaredDifference().distances(decoded(images), decoded(others))
    #expect(try metric.distances(images, others) == expected)
    #expect(expected != (try SquaredDifference().distances(images, others)))
    // Straight through: the gradient of the inner metric at the decoded image.
    let leaf = Variable(leaf: images)
    let gradient = try metric.distances(from: leaf, to: metric.features(of: others)).gradient(of: leaf)
    let inner = Variable(leaf: try decoded(images))
    let wanted = try SquaredDifference().distances(from: inner, to: Features(decoded(others))).gradient(of: inner)
    #expect(gradient == wanted)
    #expect(gradient.scalars.contains { $0 != 0 })
  }

  @Test func grayImages() throws {
    let spec = ImageSpec(channels: 1, height: 8, width: 8)
    let metric = try wrapped("jpeg:quality=95", SquaredDifference())
    let flat = Tensor(repeating: 0.5, spec.shape(2))
    #expect(try metric.distances(flat, flat).scalars == [0, 0])
    let two = Tensor(repeating: 0.5, [2, 2, 8, 8])
    #expect(throws: PluginError.self) { try metric.distances(two, two) }
  }

  @Test func theCardSaysWhatIsInside() throws {
    let metric = try wrapped("jpeg:quality=40", SquaredDifference())
    #expect(metric.card.id == "jpeg" && metric.card.version == "1+3")
    #expect(metric.card.title == "Squared, through JPEG of quality 40")
    #expect(metric.card.definition.contains("mean (x − y)²"))
  }
}
