import DecisionAttacks
import GauntletKit
import GauntletLaws
import Gradients
import Tensors
import Testing

@Suite struct DecisionPGDTests {
  private func attack(_ text: String) throws -> any Attack {
    var registry = Registry()
    try DecisionAttacks.register(in: &registry)
    return try registry.attacks.make(PluginReference(text))
  }

  private func task(_ count: Int = 8, metric: (any Metric)? = nil, votes: [Float]? = nil) throws -> TwoAlternativeTask {
    let triplets = try ToyTriplets().triplets(Array(0..<count))
    return try TwoAlternativeTask(
      metric: metric ?? IdentityEmbedding(ToyTriplets().images), ids: Array(0..<count),
      triplets: Triplets(
        references: triplets.references, first: triplets.first, second: triplets.second, votes: votes ?? triplets.votes)
    )
  }

  private func run(_ attack: any Attack, _ task: TwoAlternativeTask) throws -> (before: [Outcome], after: [Outcome]) {
    let stage = try attack.stages(for: .twoAlternative(task))[0]
    let samples = Array(task.ids.indices)
    let clean = task.triplets.references
    let found = try stage.search.run(
      stage.objective, from: clean, samples: samples, within: attack.threat,
      seeds: SampleSeeds(seed: 1, attack: "pgd", ids: task.ids))
    #expect(attack.threat.contains(found, around: clean, tolerance: 1e-9).allSatisfy { $0 })
    return (
      try stage.objective.outcomes(at: clean, samples: samples),
      try stage.objective.outcomes(at: found, samples: samples)
    )
  }

  /// A metric that does not embed: two passes instead of one, the same answers.
  private struct Plain: Metric {
    let base = IdentityEmbedding(ToyTriplets().images)
    var card: Card { base.card }
    var input: ImageRequirement { base.input }
    func features(of images: Tensor) throws -> Features { try base.features(of: images) }
    func distances(from images: Variable, to fixed: Features) throws -> Variable {
      try base.distances(from: images, to: fixed)
    }
  }

  @Test func naturalAnswersAreRightAndAttackedOnesWrong() throws {
    let (before, after) = try run(try attack("pgd:eps=0.2"), try task())
    #expect(before.allSatisfy { $0.values[0] == 100 && $0.values[1] > 0 })
    #expect(after.allSatisfy { $0.values[0] == 0 && $0.values[1] < 0 })
    let plain = try run(try attack("pgd:eps=0.2"), try task(metric: Plain()))
    #expect(plain.before == before && plain.after == after)
  }

  @Test(arguments: ThreatModel.Norm.allCases) func theMarginNeverRises(_ norm: ThreatModel.Norm) throws {
    for settings in ["steps=1", "steps=5,alpha=1000", "steps=5,restarts=2", "steps=3,random-start=true"] {
      let (before, after) = try run(try attack("pgd:norm=\(norm.rawValue),eps=0.1,\(settings)"), try task())
      // A random start may be worse than the clean image, which the harness compares with.
      let slack = settings.contains("random") ? 0.1 : 1e-6
      for (a, b) in zip(before, after) { #expect(b.values[1] <= a.values[1] + slack) }
    }
    let (before, after) = try run(try attack("pgd:norm=\(norm.rawValue),eps=0,random-start=true"), try task())
    #expect(before == after)
  }

  @Test func creditsAreSharesOfVotes() throws {
    // The even ones' first candidate is nearer.
    let objective = TwoAlternativeObjective(task: try task(4, votes: [0.25, 0.25, 0.75, 0.5]))
    let clean = try task(4).triplets.references
    let outcomes = try objective.outcomes(at: clean, samples: [0, 1, 2, 3])
    #expect(outcomes.map { $0.values[0] } == [75, 25, 25, 50])
    #expect(outcomes[0].values[1] > 0 && outcomes[1].values[1] < 0 && outcomes[2].values[1] < 0)
    let losses = try objective.loss(at: Variable(constant: clean), samples: [0, 1, 2, 3]).value
    #expect((0..<4).allSatisfy { losses[$0] == Float(outcomes[$0].values[1]) })
    for broken in [Float.nan, .infinity] {
      let images = Tensor(repeating: broken, clean.shape)
      let outcomes = try objective.outcomes(at: images, samples: [0, 1, 2, 3])
      #expect(outcomes.allSatisfy { $0.values.allSatisfy(\.isNaN) })
    }
  }

  @Test func tiesAreHalfRight() throws {
    let triplets = try ToyTriplets().triplets([0, 1])
    let same = Triplets(
      references: triplets.references, first: triplets.first, second: triplets.first, votes: [0.9, 0])
    let objective = TwoAlternativeObjective(
      task: try TwoAlternativeTask(metric: IdentityEmbedding(ToyTriplets().images), ids: [0, 1], triplets: same))
    let outcomes = try objective.outcomes(at: triplets.references, samples: [0, 1])
    #expect(outcomes.map(\.values) == [[50, 0], [50, 0]])
  }

  @Test func lawsHold() throws {
    let attack = try attack("pgd:steps=4")
    let dataset = ToyRetrieval()
    let metric = IdentityEmbedding(dataset.images)
    let images = try dataset.images(.test, [0, 1])
    let retrieval = RetrievalTask(
      metric: metric,
      gallery: Gallery(
        embeddings: try metric.placedEmbeddings(of: images), labels: [0, 1], geometry: metric.geometry), ids: [0, 1],
      images: images, seed: 1)
    #expect(try AttackLaws.violations(of: attack, on: [.twoAlternative(task()), .retrieval(retrieval)]) == [])
    let stage = try attack.stages(for: .twoAlternative(task()))[0]
    let clean = try task().triplets.references
    #expect(try ObjectiveLaws.violations(of: stage.objective, on: clean) == [])
    #expect(
      try SearchLaws.violations(of: stage.search, on: stage.objective, from: clean, within: attack.threat) == [])
    var registry = Registry()
    try DecisionAttacks.register(in: &registry)
    #expect(try RegistryLaws.violations(of: registry) == [])
  }

  @Test func settings() throws {
    #expect(try attack("pgd").expectedCost == Cost(forwards: 33, backwards: 32))
    #expect(try attack("pgd:steps=10,restarts=3").expectedCost == Cost(forwards: 33, backwards: 30))
    #expect(try attack("pgd:norm=l1,eps=2").threat == ThreatModel(norm: .l1, epsilon: 2, epsilonText: "2"))
    for wrong in ["pgd:restarts=0", "pgd:alpha=-1", "pgd:step=3"] {
      #expect(throws: PluginError.self, "\(wrong)") { try attack(wrong) }
    }
  }
}
