import GauntletKit
import GauntletLaws
import Gradients
import RankingAttacks
import Tensors
import Testing

/// The searches of the black-box order attack.
@Suite struct BlindSearchTests {
  private func searches(_ norm: ThreatModel.Norm) -> [any Search] {
    let all: [any Search] = [RandomSearch(queries: 60), ParticleSwarm(queries: 60, particles: 10)]
    return norm == .linf ? all + [BetaSearch(queries: 60, population: 10)] : all
  }

  @Test(arguments: ThreatModel.Norm.allCases) func searchesKeepTheLaws(_ norm: ThreatModel.Norm) throws {
    let task = try ToyWorld.task([4, 7, 9])
    let objective = OrderObjective(
      task: task, wanted: [[1, 7, 5], [2, 4, 8], [1, 0, 3]], kept: [[], [], []], weight: 0, visible: 8)
    for search in searches(norm) {
      #expect(
        try SearchLaws.violations(
          of: search, on: objective, from: task.images, within: ThreatModel(norm: norm, epsilon: 0.1)) == [],
        "\(search)")
    }
  }

  /// Nothing gets better for the defender, and a shift is found.
  @Test func searchesRaiseWhatIsMeasured() throws {
    let task = try ToyWorld.task([4, 7, 9])
    let objective = EmbeddingShiftObjective(task: task)
    for search in searches(.linf) {
      let found = try search.run(
        objective, from: task.images, samples: [0, 1, 2], within: ToyWorld.threat,
        seeds: SampleSeeds(seed: 1, attack: "toy", ids: task.ids))
      let shifts = try objective.outcomes(at: found, samples: [0, 1, 2]).map { $0.values[0] }
      #expect(shifts.allSatisfy { $0 > 0.02 }, "\(search): \(shifts)")
    }
  }

  @Test func searchesStayAtTheCleanImageWhereNothingIsWorse() throws {
    let task = try ToyWorld.task([4])
    let objective = OrderObjective(task: task, wanted: [[1, 7]], kept: [[]], weight: 0)
    #expect(try objective.outcomes(at: task.images, samples: [0])[0].values[0] == 1)
    for search in searches(.linf) {
      let found = try search.run(
        objective, from: task.images, samples: [0], within: ToyWorld.threat,
        seeds: SampleSeeds(seed: 1, attack: "toy", ids: [4]))
      #expect(found == task.images, "\(search)")
    }
  }

  @Test func digammaHasItsKnownValues() {
    for (x, value) in [(1.0, -0.577_215_664_901_53), (0.5, -1.963_510_026_021_42), (10, 2.251_752_589_066_72)] {
      #expect(abs(BetaShape.digamma(x) - value) < 1e-9)
    }
  }

  /// E s = a/(a + b), Var s = ab/((a + b)²(a + b + 1)), and the slopes of the log-likelihood have the mean 0.
  @Test(arguments: [(1.0, 1.0), (2.5, 0.4), (0.3, 7)]) func drawsFollowTheirDistribution(_ a: Double, _ b: Double) {
    let shape = BetaShape(a: a, b: b)
    var random = RandomStream(seed: 5, ["beta"])
    let draws = (0..<20_000).map { _ in shape.drawn(using: &random) }
    func mean(_ value: (Double) -> Double) -> Double { draws.reduce(0) { $0 + value($1) } / Double(draws.count) }
    let centre = a / (a + b)
    let variance = a * b / ((a + b) * (a + b) * (a + b + 1))
    #expect(abs(mean { $0 } - centre) < 0.01)
    #expect(abs(mean { ($0 - centre) * ($0 - centre) } - variance) < 0.05 * variance)
    #expect(abs(mean { shape.slope(at: $0).a }) < 0.1 && abs(mean { shape.slope(at: $0).b }) < 0.1)
  }

  @Test func theOrderIsSearchedThroughItsVisiblePart() throws {
    var registry = Registry()
    try RankingAttacks.register(in: &registry)
    for (search, cost) in [("random", 201), ("pso", 201), ("beta", 201)] {
      let attack = try registry.attacks.make(
        PluginReference("order:k=2,visible=6,eps=0.2,queries=200,search=\(search)"))
      #expect(attack.expectedCost == Cost(forwards: cost))
      let task = try ToyWorld.task(Array(0..<12))
      let stage = try attack.stages(for: .retrieval(task))[0]
      let everyone = Array(0..<12)
      let found = try stage.search.run(
        stage.objective, from: task.images, samples: everyone, within: attack.threat,
        seeds: SampleSeeds(seed: 1, attack: "order", ids: everyone))
      func sum(_ images: Tensor) throws -> Double {
        try stage.objective.outcomes(at: images, samples: everyone).reduce(0) { $0 + $1.values[0] }
      }
      #expect(try sum(found) > sum(task.images) + 3, "\(search)")
    }
    #expect(throws: PluginError.self) {
      let attack = try registry.attacks.make(PluginReference("order:k=2,norm=l2,search=beta"))
      let task = try ToyWorld.task([4], metric: ToyMetric())
      let objective = EmbeddingShiftObjective(task: task)
      _ = try BetaSearch(queries: 10).run(
        objective, from: task.images, samples: [0], within: attack.threat,
        seeds: SampleSeeds(seed: 1, attack: "toy", ids: [4]))
    }
  }
}
