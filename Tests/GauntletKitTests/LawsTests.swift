import GauntletKit
import GauntletLaws
import Gradients
import Tensors
import Testing

/// The laws hold for the trivial conformers, and find what breaks them.
@Suite struct LawsTests {
  @Test(arguments: Geometry.allCases) func theIdentityEmbeddingKeepsTheLaws(_ geometry: Geometry) throws {
    let dataset = ToyRetrieval()
    let metric = IdentityEmbedding(dataset.images, geometry: geometry)
    let images = try dataset.images(.test, Array(0..<5))
    #expect(try MetricLaws.violations(of: metric, on: images, selfDistance: geometry == .cosine ? 1e-6 : 0) == [])
  }

  @Test func toyDatasetsKeepTheLaws() throws {
    #expect(try DatasetLaws.violations(of: ToyRetrieval(), indices: [3, 0, 7]) == [])
    #expect(try DatasetLaws.violations(of: ToyTriplets(), indices: [3, 0, 7]) == [])
  }

  /// Every sample's distance holds something of its neighbours.
  private struct Leaky: Metric {
    let card = Card(id: "leaky", version: "1", title: "Leaky", definition: "-", reference: "-")
    var input: ImageRequirement { .any(minimumSide: 1) }
    func features(of images: Tensor) throws -> Features { Features(images) }
    func distances(from images: Variable, to fixed: Features) throws -> Variable {
      let flat = (images - Variable(constant: fixed.values)).squared().rowSums()
      return flat + images.value.scalars.reduce(0, +)
    }
  }

  /// Its gradient is half of what it should be.
  private struct Halved: Metric {
    let card = Card(id: "halved", version: "1", title: "Halved", definition: "-", reference: "-")
    var input: ImageRequirement { .any(minimumSide: 1) }
    func features(of images: Tensor) throws -> Features { Features(images) }
    func distances(from images: Variable, to fixed: Features) throws -> Variable {
      let distances = (images - Variable(constant: fixed.values)).squared().rowSums()
      return Variable(distances.value, from: [distances]) { [$0 * 0.5] }
    }
  }

  @Test func brokenMetricsAreFound() throws {
    let images = try ToyRetrieval().images(.test, Array(0..<4))
    let leaks = try MetricLaws.violations(of: Leaky(), on: images, step: nil).map(\.law)
    #expect(leaks.contains("metric: a sample's distance depends on its own images alone"))
    #expect(leaks.contains("metric: an image is at distance 0 from itself"))
    let laws = try MetricLaws.violations(of: Halved(), on: images).map(\.law)
    #expect(Set(laws) == ["metric: the gradient is the derivative"])
  }

  /// Answers in the order of the indices, not in the order of the question.
  private struct Sorted: TripletDataset {
    let base = ToyTriplets()
    var card: Card { base.card }
    var images: ImageSpec { base.images }
    var count: Int { base.count }
    func triplets(_ indices: [Int]) throws -> Triplets { try base.triplets(indices.sorted()) }
    func name(of index: Int) -> String { base.name(of: index) }
    func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {}
  }

  @Test func brokenDatasetsAreFound() throws {
    let laws = try DatasetLaws.violations(of: Sorted(), indices: [3, 0, 7]).map(\.law)
    #expect(Set(laws) == ["dataset: triplets come in the order asked for"])
  }

  /// Leaves the threat model when nobody looks, and draws from the clock.
  private final class Restless: Search, @unchecked Sendable {
    var calls: Float = 0
    func run(
      _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
    ) throws -> Tensor {
      calls += 1
      return images + Tensor(repeating: calls * 1e-3, images.shape)
    }
  }

  @Test func brokenSearchesAreFound() throws {
    let triplets = try ToyTriplets().triplets(Array(0..<3))
    let task = try TwoAlternativeTask(
      metric: IdentityEmbedding(ToyTriplets().images), ids: Array(0..<3), triplets: triplets)
    let laws = try SearchLaws.violations(
      of: Restless(), on: TwoAlternativeObjective(task: task), from: triplets.references,
      within: ThreatModel(norm: .linf, epsilon: 0.1)
    ).map(\.law)
    #expect(laws.contains("search: equal seeds give equal proposals"))
    #expect(laws.contains("search: a proposal depends on its own image alone"))
  }

  @Test func brokenRegistriesAreFound() throws {
    var registry = Registry()
    let card = Card(id: "Wrong Id", version: "1", title: "", definition: "-", reference: "-")
    try registry.datasets.register(
      Plugin(card, settings: [Setting("size", .integer(1...9), default: "10", help: "")]) { _ in ToyTriplets() })
    let laws = Set(try RegistryLaws.violations(of: registry).map(\.law))
    #expect(
      laws == [
        "registry: ids are lower-case and hyphenated", "registry: a card says everything",
        "registry: a setting has help", "registry: a default is of its kind",
      ])
  }
}
