import GauntletKit
import GauntletLaws
import Gradients
import Tensors
import Testing

/// On the small network of Tests/Reference/torchattacks_small.py.
@Suite struct AutoAttackTests {
  private let seeds = SampleSeeds(seed: 1, attack: "test", ids: Array(0..<200))

  private func named(_ name: String, _ epsilon: Double) -> (any Search)? {
    let apgd = AutoPGD(steps: 100, stopsWhenBroken: true)
    return switch name {
    case "apgd-ce": SearchOfLoss(apgd, .crossEntropy)
    case "apgd-dlr": SearchOfLoss(apgd, .dlr)
    case "apgd-t": TargetedAutoPGD(apgd)
    case "fab": FastAdaptiveBoundary(stopsWhenBroken: true)
    case "fab-t": FastAdaptiveBoundary(targets: 9, stopsWhenBroken: true)
    case "square": SquareSearch(queries: 2000, score: .loss, stopsWhenBroken: true)
    case "mi-fgsm": SearchOfLoss(MomentumIterative(steps: 20, stepSize: epsilon / 4), .crossEntropy)
    case "cw": CarliniWagner()
    case "deepfool": DeepFool()
    default: nil
    }
  }

  private func accuracy(
    _ search: any Search, _ objective: any DecisionObjective, _ images: Tensor, _ threat: ThreatModel
  ) throws -> Double {
    let everyone = Array(0..<images.rows)
    let found = threat.projected(
      try search.run(objective, from: images, samples: everyone, within: threat, seeds: seeds), around: images)
    let broken = try objective.isBroken(at: found, samples: everyone)
    return Double(broken.filter { !$0 }.count) / Double(broken.count)
  }

  /// As much as the reference's attack of the same name leaves right, or less; 5 points are noise. (Ours beat its C&W, and
  /// its Square's windows, which all images of a batch share.)
  @Test(arguments: ["apgd-ce", "apgd-dlr", "apgd-t", "fab", "fab-t", "square", "mi-fgsm", "cw", "deepfool"])
  func leavesAsMuchRightAsTheReference(_ name: String) throws {
    let network = try golden("torchattacks", as: SmallNetwork.self)
    let (objective, images) = (network.objective, network.pictures)
    let results = network.results.filter { $0.attack == name }
    #expect(!results.isEmpty)
    for result in results {
      let norm = try #require(ThreatModel.Norm(rawValue: result.norm))
      let search = try #require(named(name, result.eps))
      let ours = try accuracy(search, objective, images, ThreatModel(norm: norm, epsilon: result.eps))
      let isBetter = name == "cw" || name == "square" || name == "deepfool"
      #expect(
        ours <= result.accuracy + 0.05 && (isBetter || ours >= result.accuracy - 0.05),
        "\(name), \(norm) \(result.eps): \(ours), the reference leaves \(result.accuracy)")
    }
  }

  /// The faithful mode walks where the published code does, from the same start: 40 steps on the DLR, whose first
  /// comparison with 0 matters. A rounding can send a sample another way.
  @Test func faithfulStepsAreThePublishedOnes() throws {
    let network = try golden("torchattacks", as: SmallNetwork.self)
    #expect(network.runs.count == 2)
    for run in network.runs {
      let count = run.right.count
      let images = network.pictures.rows(0..<count)
      let norm = try #require(ThreatModel.Norm(rawValue: run.norm))
      func equal(_ mode: AttackMode) throws -> Int {
        let found = try AutoPGD(steps: 40, mode: mode).run(
          LossOf(network.objective, .dlr), from: images, samples: Array(0..<count),
          within: ThreatModel(norm: norm, epsilon: run.eps), seeds: seeds,
          start: SmallNetwork.unpacked(run.start, images.shape))
        let theirs = SmallNetwork.unpacked(run.found, images.shape)
        return run.right.indices.filter { row in
          // Where the label held, the published code gives the clean image back.
          let wanted = run.right[row] ? images.row(row) : theirs.row(row)
          return zip(found.row(row).scalars, wanted.scalars).allSatisfy { abs($0 - $1) < 2e-4 }
        }.count
      }
      #expect(run.right.contains(true) && run.right.contains(false))
      let faithful = try equal(.faithful)
      #expect(faithful >= count - 3, "\(norm): \(faithful) of \(count) are equal")
      #expect(try equal(.corrected) < faithful)
    }
  }

  @Test(arguments: ThreatModel.Norm.allCases) func cascadesAreAsStrongAsTheirParts(_ norm: ThreatModel.Norm) throws {
    let network = try golden("torchattacks", as: SmallNetwork.self)
    let (objective, images) = (network.objective, network.pictures.rows(0..<16))
    let threat = ThreatModel(norm: norm, epsilon: norm == .linf ? 0.035 : norm == .l2 ? 0.3 : 1.2)
    let cascade = try AutoAttack.cascade(.standard, norm: norm, classCount: network.classes)
    #expect(cascade.parts.map(\.name) == ["apgd-ce", "apgd-t", "fab-t", "square"])
    let whole = try accuracy(cascade, objective, images, threat)
    #expect(whole > 0.05 && whole < 0.95, "the test decides nothing at \(whole)")
    for part in cascade.parts.dropLast() {
      let alone = try accuracy(
        part.loss.map { SearchOfLoss(part.search, $0) } ?? part.search, objective, images, threat)
      #expect(whole <= alone, "\(norm), \(part.name)")
    }
    let (found, names) = try cascade.runParts(
      objective, from: images, samples: Array(0..<16), within: threat, seeds: seeds)
    let broken = try objective.isBroken(at: threat.projected(found, around: images), samples: Array(0..<16))
    #expect(zip(broken, names).allSatisfy { !$0 || $1 != nil } && Set(names.compactMap { $0 }).contains("apgd-ce"))
  }

  @Test func searchesKeepTheLaws() throws {
    let network = try golden("torchattacks", as: SmallNetwork.self)
    // The first is broken at the clean image, which the others are not.
    let objective = ClassifierObjective(
      labels: [(network.labels[0] + 1) % 5] + network.labels[1..<5], classCount: 5
    ) { try network.objective.scores(at: $0, samples: []) }
    let images = network.pictures.rows(0..<5)
    for norm in ThreatModel.Norm.allCases {
      let threat = ThreatModel(norm: norm, epsilon: norm == .linf ? 0.03 : norm == .l2 ? 0.3 : 2)
      for stops in [true, false] {
        let apgd = AutoPGD(steps: 12, restarts: 2, stopsWhenBroken: stops, shrinksBall: stops)
        let fab = FastAdaptiveBoundary(steps: 6, restarts: 2, stopsWhenBroken: stops)
        let square = SquareSearch(queries: 15, score: stops ? .loss : .outcome, stopsWhenBroken: stops)
        let searches: [any Search] = [
          apgd, SearchOfLoss(apgd, .dlr), TargetedAutoPGD(AutoPGD(steps: 8, stopsWhenBroken: stops), targets: 3),
          AutoPGD(steps: 9, mode: .faithful, stopsWhenBroken: stops), fab, square,
          FastAdaptiveBoundary(steps: 5, targets: 2, stopsWhenBroken: stops),
          MomentumIterative(steps: 6, stepSize: threat.epsilon / 3, stopsWhenBroken: stops),
          CarliniWagner(steps: 10, searches: 4, stopsWhenBroken: stops), DeepFool(steps: 5),
          ProjectedGradientDescent(
            steps: 6, stepSize: threat.epsilon / 3, restarts: 2, keep: .best, stopsWhenBroken: stops),
          ProjectedGradientDescent(steps: 6, stepSize: threat.epsilon / 3, stopsWhenBroken: stops),
          Cascade([
            .init("apgd", apgd, loss: .crossEntropy, cost: Cost()), .init("fab", fab, cost: Cost()),
            .init("square", square, loss: .margin, cost: Cost()),
          ]),
        ]
        for search in searches {
          #expect(
            try SearchLaws.violations(of: search, on: objective, from: images, within: threat) == [],
            "\(norm), \(stops), \(search)")
        }
      }
    }
    #expect(try ObjectiveLaws.violations(of: objective, on: images) == [])
    #expect(try ObjectiveLaws.violations(of: LossOf(objective, .dlr), on: images) == [])
  }

  /// Under ℓ∞ the signs of both gradients are the same.
  @Test func crossEntropyOfTwoClassesIsTheMargin() throws {
    let network = try golden("torchattacks", as: SmallNetwork.self)
    let pair = Variable(constant: Tensor([[1, 0], [0, 1], [0, 0], [0, 0], [0, 0]]))
    let objective = ClassifierObjective(labels: network.labels.map { $0 == 1 ? 1 : 0 }, classCount: 2) { images in
      matrixProduct(try network.objective.scores(at: images, samples: []), pair)
    }
    let everyone = Array(0..<30)
    let images = network.pictures.rows(everyone)
    func found(_ loss: DecisionLoss) throws -> Tensor {
      try SearchOfLoss(AutoPGD(steps: 60, stopsWhenBroken: false), loss).run(
        objective, from: images, samples: everyone, within: ThreatModel(norm: .linf, epsilon: 0.02), seeds: seeds)
    }
    let (margin, entropy) = (try found(.margin), try found(.crossEntropy))
    let equal = everyone.filter { margin.row($0) == entropy.row($0) }
    #expect(equal.count >= 26, "\(equal.count) of 30 are equal")
  }

  /// A sample's passes end with its first broken image; what a search says it takes at the most is so.
  @Test func passesAreCounted() throws {
    let network = try golden("torchattacks", as: SmallNetwork.self)
    let everyone = Array(0..<20)
    let images = network.pictures.rows(everyone)
    let threat = ThreatModel(norm: .linf, epsilon: 0.035)
    let cascade = try AutoAttack.cascade(.standard, norm: .linf, classCount: 5)
    let parts = cascade.parts
    for (search, cost) in [
      (
        AutoPGD(steps: 10, restarts: 2, stopsWhenBroken: true) as any Search,
        AutoPGD(steps: 10, restarts: 2).expectedCost
      ),
      (AutoPGD(steps: 10, mode: .faithful), AutoPGD(steps: 10, mode: .faithful).expectedCost),
      (AutoPGD(steps: 10, shrinksBall: true), AutoPGD(steps: 10, shrinksBall: true).expectedCost),
      (
        FastAdaptiveBoundary(steps: 5, stopsWhenBroken: true),
        FastAdaptiveBoundary(steps: 5).expectedCost(classCount: 5)
      ),
      (SquareSearch(queries: 30, score: .loss, stopsWhenBroken: true), SquareSearch(queries: 30).expectedCost),
      (parts[1].search, parts[1].cost), (parts[2].search, parts[2].cost),
      (DeepFool(), DeepFool().expectedCost(classCount: 5)),
      (MomentumIterative(steps: 5, stepSize: 0.01), MomentumIterative(steps: 5, stepSize: 0.01).expectedCost),
      (CarliniWagner(steps: 5, searches: 2), CarliniWagner(steps: 5, searches: 2).expectedCost),
    ] {
      let counting = Counting(network.objective, count: 20)
      let found = threat.projected(
        try search.run(counting, from: images, samples: everyone, within: threat, seeds: seeds), around: images)
      let broken = try network.objective.isBroken(at: found, samples: everyone)
      #expect(counting.forwards.max() ?? 0 <= cost.forwards && counting.backwards.max() ?? 0 <= cost.backwards)
      if broken.contains(false) {
        #expect(counting.forwards.max() == cost.forwards || search is DeepFool || search is CarliniWagner, "\(search)")
      }
    }
  }

  /// A random objective's gradient is the mean of its draws'.
  @Test func drawsAreAveraged() throws {
    let noisy = NoisyObjective(draw: 0)
    let images = Tensor(repeating: 0.5, [2, 1, 1, 4])
    let threat = ThreatModel(norm: .l2, epsilon: 0.2)
    func shortfall(_ draws: Int) throws -> Double {
      let found = try AutoPGD(steps: 20, randomStart: false, draws: draws).run(
        noisy, from: images, samples: [0, 1], within: threat, seeds: seeds)
      // The mean loss falls along (1, 1, 1, 1) alone.
      return try noisy.outcomes(at: found, samples: [0, 1]).reduce(0) { $0 + $1.values[1] }
    }
    #expect(try shortfall(30) < shortfall(1) - 0.02)
    #expect(try SearchLaws.violations(of: AutoPGD(steps: 6, draws: 3), on: noisy, from: images, within: threat) == [])
  }
}

/// z = (Σx + noise·x, 1.9): the slope of a draw is mostly noise.
private struct NoisyObjective: DecisionObjective {
  let draw: Int
  var measures: [Measure] { ClassifierObjective.measures }
  var classCount: Int { 2 }
  var isRandom: Bool { true }
  func drawn(_ draw: Int) -> any Objective { NoisyObjective(draw: draw) }
  func label(of sample: Int) -> Int { 0 }
  func targets(of sample: Int) -> [Int] { [] }

  func scores(at images: Variable, samples: [Int]) throws -> Variable {
    let slopes = Tensor(
      samples.map { sample in
        var random = RandomStream(seed: 1, ["noise"], [sample, draw])
        return (0..<4).map { _ in 1 + 3 * random.normal() }
      })
    let sums = pairedProducts(images.reshaped([samples.count, 4]), Variable(constant: slopes))
    return matrixProduct(sums.reshaped([samples.count, 1]), Variable(constant: Tensor([[1, 0]])))
  }

  func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    samples.indices.map { Outcome([100, images.row($0).scalars.reduce(0.0) { $0 + Double($1) }]) }
  }
}

/// Counts the passes of each sample, as the harness does.
private final class Counting: DecisionObjective {
  private let base: any DecisionObjective
  private(set) var forwards: [Int]
  private(set) var backwards: [Int]

  init(_ base: any DecisionObjective, count: Int) {
    self.base = base
    forwards = [Int](repeating: 0, count: count)
    backwards = forwards
  }

  var measures: [Measure] { base.measures }
  var classCount: Int { base.classCount }
  func label(of sample: Int) -> Int { base.label(of: sample) }
  func targets(of sample: Int) -> [Int] { base.targets(of: sample) }

  func scores(at images: Variable, samples: [Int]) throws -> Variable {
    for sample in samples { forwards[sample] += 1 }
    let scores = try base.scores(at: images, samples: samples)
    guard scores.takesGradient else { return scores }
    return Variable(scores.value, from: [scores]) { gradient in
      for sample in samples { self.backwards[sample] += 1 }
      return [gradient]
    }
  }

  func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    for sample in samples { forwards[sample] += 1 }
    return try base.outcomes(at: images, samples: samples)
  }
}
