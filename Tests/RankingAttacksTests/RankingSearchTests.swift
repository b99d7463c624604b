import GauntletKit
import GauntletLaws
import Gradients
import RankingAttacks
import Tensors
import Testing

@Suite struct RankingSearchTests {
  @Test func checkpoints() {
    #expect(AutoPGD.checkpoints(steps: 100) == [22, 41, 57, 70, 80, 87, 93, 99])
    #expect(AutoPGD.checkpoints(steps: 50) == [11, 21, 30, 38, 45])
    #expect(AutoPGD.checkpoints(steps: 30).prefix(6) == [6, 11, 15, 18, 20, 21])
    #expect(AutoPGD.checkpoints(steps: 20).prefix(5) == [4, 7, 9, 10, 11])
    #expect(AutoPGD.checkpoints(steps: 10).prefix(3) == [2, 3, 4])
    #expect(AutoPGD.checkpoints(steps: 32, minimumWindow: 4) == [7, 13, 18, 22, 26, 30])
  }

  @Test func windowSides() {
    let queries = [0, 11, 51, 201, 501, 1001, 2001, 4001]
    for (side, sides) in [
      (224, [200, 142, 100, 71, 50, 35, 25, 18]), (64, [57, 40, 29, 20, 14, 10, 7, 5]),
      (32, [29, 20, 14, 10, 7, 5, 4, 3]),
    ] {
      #expect(queries.map { SquareSearch.side(at: $0, height: side, width: side) } == sides)
    }
    #expect(
      queries.map { SquareSearch.oddSide(at: $0, height: 224, width: 224) } == [201, 143, 101, 71, 51, 35, 25, 19])
    #expect(SquareSearch.oddSide(at: 9000, height: 2, width: 7) == 2)
  }

  /// By hand: the halves of 5×5 have 2 and 3 rows, their centres are at (1, 2) and (1, 2).
  @Test func squarePatterns() {
    let (a, b, c) = (1 + 1.0 / 4 + 1.0 / 9, 1.0 / 4 + 1.0 / 9, 1.0 / 9)
    let (outer, inner) = ([c, b, b, b, c], [c, b, a, b, c])
    func unit(_ rows: [Double], _ sign: Double) -> [Double] {
      let norm = (2 * rows.reduce(0) { $0 + $1 * $1 }).squareRoot()
      return rows.map { sign * $0 / norm }
    }
    let wanted = unit(outer + inner, 1) + unit(outer + inner + outer, -1)
    for (got, wanted) in zip(SquareSearch.pattern(side: 5), wanted) { #expect(abs(got - wanted) < 1e-12) }
    #expect(SquareSearch.pattern(side: 1) == [-1])
  }

  /// What is proposed fills the ball, as far as [0, 1] lets it, and does harm.
  @Test func squareFillsTheL2Ball() throws {
    let task = try ToyWorld.task([4, 7, 9])
    let objective = EmbeddingShiftObjective(task: task)
    let threat = ThreatModel(norm: .l2, epsilon: 0.1)
    let found = try SquareSearch(queries: 60).run(
      objective, from: task.images, samples: [0, 1, 2], within: threat,
      seeds: SampleSeeds(seed: 1, attack: "square", ids: task.ids))
    for norms in threat.norms(ofEach: found, around: task.images) { #expect(norms.l2 > 0.09 && norms.l2 < 0.1000001) }
    let shifts = try objective.outcomes(at: found, samples: [0, 1, 2]).map { $0.values[0] }
    #expect(shifts.allSatisfy { $0 > 0.02 }, "\(shifts)")
  }

  @Test func searchesKeepTheLaws() throws {
    let task = try ToyWorld.task([4, 7, 9])
    let objective = EmbeddingShiftObjective(task: task)
    for threat in [ToyWorld.threat, ThreatModel(norm: .l2, epsilon: 0.1)] {
      let searches: [any Search] = [
        AutoPGD(steps: 10, restarts: 2), AutoPGD(steps: 8, randomStart: false, selection: .outcome, minimumWindow: 3),
        NaturalEvolution(steps: 3, stepSize: 0.02, population: 10),
        NaturalEvolution(steps: 3, stepSize: 0.02, population: 10, noise: .signs), SquareSearch(queries: 20),
        SquareSearch(queries: 20, score: .loss),
      ]
      for search in searches {
        #expect(
          try SearchLaws.violations(of: search, on: objective, from: task.images, within: threat) == [], "\(search)")
      }
    }
  }

  @Test func estimatedGradientsPointAlongTheTrueOne() throws {
    let task = try ToyWorld.task()
    let objective = TargetMismatchObjective(task: task, targets: [9])
    let leaf = Variable(leaf: task.images)
    let truth = try objective.loss(at: leaf, samples: [0]).gradient(of: leaf).scalars
    for noise in NaturalEvolution.Noise.allCases {
      // σ is a tenth of ε, so that nothing is cut and nothing leaves the ball.
      let guess = try NaturalEvolution(steps: 1, stepSize: 1, population: 2000, deviation: 0.1, noise: noise).estimate(
        objective, at: task.images, around: task.images, samples: [0],
        within: ThreatModel(norm: .linf, epsilon: 0.1), seeds: SampleSeeds(seed: 3, attack: "nes", ids: [4]), step: 0
      ).scalars
      func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      #expect(dot(guess, truth) / (dot(guess, guess) * dot(truth, truth)).squareRoot() > 0.97)
      #expect(abs((dot(guess, guess) / dot(truth, truth)).squareRoot() - 1) < 0.15)
    }
  }

  /// With as many gradients, and on every attack, no weaker on average than the published search.
  @Test(arguments: ["ca-plus", "ca-minus", "qa-plus", "qa-minus", "tma", "es", "ltm", "gtm", "gtt"])
  func rankAPGDIsNoWeakerThanPGD(_ id: String) throws {
    var registry = Registry()
    try RankingAttacks.register(in: &registry)
    let ids = Array(0..<12)
    for radius in ["0.02", "0.05", "0.1"] {
      func values(_ search: String) throws -> [Double] {
        let attack = try registry.attacks.make(
          PluginReference(
            "\(id):eps=\(radius),alpha=0.0117647,search=\(search)"
              + (id == "es" && search != "pgd" ? ",restarts=2" : "")))
        let task = try ToyWorld.task(ids)
        let stage = try attack.stages(for: .retrieval(task))[0]
        let found = try stage.search.run(
          stage.objective, from: task.images, samples: ids, within: attack.threat,
          seeds: SampleSeeds(seed: 1, attack: id, ids: ids))
        #expect(attack.threat.contains(found, around: task.images, tolerance: 1e-9).allSatisfy { $0 })
        if search != "pgd" { #expect(attack.expectedCost.backwards <= 32) }
        return try stage.objective.outcomes(at: found, samples: ids).map { $0.values[0] }
      }
      let (published, ours) = (try values("pgd").reduce(0, +), try values("rank-apgd").reduce(0, +))
      let measure = try registry.attacks.make(PluginReference(id)).measures(for: .retrieval)[0]
      #expect(
        measure.adversaryWants == .lower ? ours <= published + 1e-3 : ours >= published - 1e-3,
        "\(id) at \(radius): pgd \(published / 12), rank-apgd \(ours / 12)")
    }
  }

  @Test func faithfulShiftIsThatBeforeTheLastUpdate() throws {
    let task = try ToyWorld.task()
    let faithful = EmbeddingShiftObjective(task: task, mode: .faithful)
    let found = try ToyWorld.attacked(faithful).images
    let early = try ProjectedGradientDescent(steps: 3, stepSize: 0.02).run(
      EmbeddingShiftObjective(task: task), from: task.images, samples: [0], within: ToyWorld.threat,
      seeds: SampleSeeds(seed: 1, attack: "toy", ids: [4]))
    let exact = EmbeddingShiftObjective(task: task)
    func shift(_ objective: any Objective, _ images: Tensor) throws -> Double {
      try objective.outcomes(at: images, samples: [0])[0].values[0]
    }
    #expect(abs(try shift(faithful, found) - shift(exact, early)) < 1e-6)
    #expect(try abs(shift(faithful, found) - shift(exact, found)) > 1e-4)
  }

  @Test func semanticsPreservingWeights() {
    typealias Weight = SemanticsPreservingObjective.Weight
    #expect(Weight.fixed(100).value(at: 3) == 100 && Weight.dynamic(2e4).value(at: 0) == 1)
    #expect(Weight.dynamic(2e4).value(at: 2e-2) == 1e9 && Weight.dynamic(2e4).value(at: 1) == 1e7)
  }

  @Test func semanticsPreservingAndOrderLossesMatchTheirDefinitions() throws {
    let task = try ToyWorld.task([4, 7])
    let moved = task.images + Tensor(repeating: 0.03, task.images.shape)
    let distances = task.gallery.geometry.distances(
      try task.metric.placedEmbeddings(of: moved), toAll: task.gallery.embeddings)
    func d(_ row: Int, _ item: Int) -> Double { Double(distances[row * 12 + item]) }
    func hinge(_ row: Int, _ pivots: [Int], _ sign: Double) -> Double {
      pivots.reduce(0) { sum, c in sum + (0..<12).reduce(0) { $0 + max(0, sign * (d(row, c) - d(row, $1))) } }
        / Double(12 * pivots.count)
    }
    let query = SemanticsPreservingObjective(
      task: task, candidates: [[9], [2]], kept: [[1, 7], [4, 3]], direction: .down, weight: .fixed(100))
    let order = OrderObjective(task: task, wanted: [[9, 1, 5], [2, 4, 8]], kept: [[1, 7], [4, 3]], weight: 10)
    for row in 0..<2 {
      let (c, kept) = ([[9], [2]][row], [[1, 7], [4, 3]][row])
      let loss = try query.loss(at: Variable(constant: moved), samples: [0, 1]).value[row]
      #expect(abs(Double(loss) - hinge(row, c, -1) - 100 * hinge(row, kept, 1)) < 1e-3)
      let w = [[9, 1, 5], [2, 4, 8]][row]
      let pairs = [(0, 1), (0, 2), (1, 2)]
      let wanted = pairs.reduce(0) { $0 + max(0, d(row, w[$1.0]) - d(row, w[$1.1])) } / 9
      let got = try order.loss(at: Variable(constant: moved), samples: [0, 1]).value[row]
      #expect(abs(Double(got) - wanted - 10 * hinge(row, kept, 1)) < 1e-4)
      let tau = pairs.reduce(0.0) { $0 + (d(row, w[$1.0]) < d(row, w[$1.1]) ? 1 : -1) } / 3
      #expect(try order.outcomes(at: moved, samples: [0, 1])[row].values[0] == tau)
      let blind = OrderObjective(task: task, wanted: [[9, 1, 5], [2, 4, 8]], kept: [[], []], weight: 0, visible: 1)
      #expect(try blind.outcomes(at: moved, samples: [0, 1])[row].values[0] == -1)
    }
    for objective in [query, order] as [any Objective] {
      #expect(try ObjectiveLaws.violations(of: objective, on: moved) == [])
    }
  }
}
