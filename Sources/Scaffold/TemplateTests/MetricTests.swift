import BuiltIns
import GauntletKit
import GauntletLaws
import Template
import Tensors
import Testing

/// What every metric owes: a sound card and settings; distances and gradients that are functions of their own images.
struct TemplateMetricTests {
  private static func registry() throws -> Registry { try BuiltIns.registry(adding: TemplateMetric.register) }

  @Test func itsCardAndSettingsAreSound() throws {
    #expect(try RegistryLaws.violations(of: Self.registry()) == [])
  }

  @Test(arguments: ["template-metric:size=8", "template-metric:size=9,block=4", "template-metric:size=8,channels=1"])
  func theLawsHold(_ reference: String) throws {
    let metric = try Self.registry().metrics.make(PluginReference(reference))
    guard case .exactly(let spec) = metric.input else { return #expect(Bool(false), "\(metric.input) has no one size") }
    var random = RandomStream(seed: 1, ["template-metric"])
    let images = Tensor(uniform: spec.shape(4), in: 0.1...0.9, using: &random)
    #expect(try MetricLaws.violations(of: metric, on: images) == [])
    // What is claimed of the embedding holds for these images at least.
    guard let embedding = metric as? any EmbeddingMetric, let claim = try embedding.lipschitzClaim() else { return }
    func length(_ tensor: Tensor) -> Double {
      tensor.scalars.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    let embedded = try embedding.placedEmbeddings(of: images)
    for other in 1..<4 {
      let moved = length(embedded.row(0) - embedded.row(other))
      #expect(moved <= claim.constant * length(images.row(0) - images.row(other)) * (1 + 1e-5))
    }
  }
}
