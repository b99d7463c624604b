import GauntletKit
import GauntletLaws
import Gradients
import Tensors
import Testing

/// loss = Σ wᵢxᵢ, or a bowl around a point.
private struct LinearObjective: Objective {
  let weights: [[Float]]
  let measures = [Measure("loss", adversaryWants: .lower, definition: "the loss")]
  func targets(of sample: Int) -> [Int] { [] }

  func loss(at images: Variable, samples: [Int]) throws -> Variable {
    pairedProducts(
      images.reshaped([images.shape[0], images.shape.rowCount]), Variable(constant: Tensor(samples.map { weights[$0] }))
    )
  }

  func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    try loss(at: Variable(constant: images), samples: samples).value.scalars.map { Outcome([Double($0)]) }
  }
}

/// loss = Σ (x − 0.55)²: a step that is too long goes past the lowest point and comes back.
private struct BowlObjective: Objective {
  let measures = [Measure("loss", adversaryWants: .lower, definition: "the loss")]
  func targets(of sample: Int) -> [Int] { [] }
  func loss(at images: Variable, samples: [Int]) throws -> Variable {
    (images.reshaped([images.shape[0], images.shape.rowCount]) - 0.55).squared().rowSums()
  }
  func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    try loss(at: Variable(constant: images), samples: samples).value.scalars.map { Outcome([Double($0)]) }
  }
}

/// loss = Σ [x − floor]₊ of a sample's own floor: images that reach it have no gradient. Counts the passes of each sample.
private final class FloorObjective: Objective {
  let floors: [Float]
  private(set) var passes: [Int]
  let measures = [Measure("loss", adversaryWants: .lower, definition: "the loss")]

  init(floors: [Float]) {
    self.floors = floors
    passes = [Int](repeating: 0, count: floors.count)
  }

  func targets(of sample: Int) -> [Int] { [] }
  func loss(at images: Variable, samples: [Int]) throws -> Variable {
    for sample in samples { passes[sample] += 1 }
    let size = images.shape.rowCount
    let floor = Tensor(samples.map { [Float](repeating: floors[$0], count: size) })
    return (images.reshaped([images.shape[0], size]) - Variable(constant: floor)).relu().rowSums()
  }
  func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] { [] }
}

@Suite struct ProjectedGradientDescentTests {
  private func run(
    _ search: ProjectedGradientDescent, _ objective: any Objective, _ images: Tensor, _ threat: ThreatModel,
    samples: [Int]? = nil
  ) throws -> Tensor {
    try search.run(
      objective, from: images, samples: samples ?? Array(0..<images.rows), within: threat,
      seeds: SampleSeeds(seed: 1, attack: "test", ids: Array(0..<10)))
  }

  private let half = Tensor(repeating: 0.5, [1, 1, 1, 4])

  @Test func signStepsLeaveZeroGradientsInPlace() throws {
    let threat = ThreatModel(norm: .linf, epsilon: 0.25)
    let objective = LinearObjective(weights: [[1, -1, 0, 1e-20]])
    let found = try run(ProjectedGradientDescent(steps: 2, stepSize: 0.1), objective, half, threat)
    #expect(zip(found.scalars, [0.3, 0.7, 0.5, 0.3]).allSatisfy { abs($0 - $1) < 1e-6 })
    // A single step is FGSM: its size is ε.
    let single = try run(ProjectedGradientDescent(steps: 1, stepSize: 0.1), objective, half, threat)
    #expect(single.scalars == [0.25, 0.75, 0.5, 0.25])
    let none = try run(ProjectedGradientDescent(steps: 0, stepSize: 0.1), objective, half, threat)
    #expect(none == half)
  }

  @Test func euclideanStepsGoAlongTheGradient() throws {
    let threat = ThreatModel(norm: .l2, epsilon: 1)
    let found = try run(
      ProjectedGradientDescent(steps: 2, stepSize: 0.05), LinearObjective(weights: [[3, -4, 0, 0]]), half, threat)
    #expect(zip(found.scalars, [0.44, 0.58, 0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func sparseStepsMoveTheSteepestPixelThatCanMove() throws {
    let threat = ThreatModel(norm: .l1, epsilon: 1)
    let images = Tensor([0.5, 0.5, 0, 1], [1, 1, 1, 4])
    // Pixels 2 and 3 are steeper, but at the edge of the box.
    let found = try run(
      ProjectedGradientDescent(steps: 2, stepSize: 0.1), LinearObjective(weights: [[1, -2, 5, -5]]), images, threat)
    #expect(zip(found.scalars, [0.5, 0.7, 0, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test(arguments: ThreatModel.Norm.allCases) func aGradientThatIsNotANumberMovesItsImageNot(_ norm: ThreatModel.Norm)
    throws
  {
    let objective = LinearObjective(weights: [[.nan, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]])
    let images = Tensor(repeating: 0.5, [3, 1, 1, 4])
    for keep in ProjectedGradientDescent.Keep.allCases {
      let search = ProjectedGradientDescent(steps: 3, stepSize: 0.1, keep: keep)
      let found = try run(search, objective, images, ThreatModel(norm: norm, epsilon: 0.2))
      #expect(found.row(0) == images.row(0) && found.row(2) == images.row(2) && found.row(1) != images.row(1))
    }
  }

  @Test func bestIsTheLowestLossOnTheWay() throws {
    let threat = ThreatModel(norm: .linf, epsilon: 0.4)
    let objective = BowlObjective()
    // 0.5 → 0.8 → 0.5 → 0.8: the start is the best, the last is not.
    let last = try run(ProjectedGradientDescent(steps: 3, stepSize: 0.3), objective, half, threat)
    let best = try run(ProjectedGradientDescent(steps: 3, stepSize: 0.3, keep: .best), objective, half, threat)
    #expect(last.scalars.allSatisfy { abs($0 - 0.8) < 1e-6 })
    #expect(best == half)
    // Restarts keep what is lowest of all.
    let more = try run(
      ProjectedGradientDescent(steps: 3, stepSize: 0.02, randomStart: true, restarts: 3, keep: .best), objective, half,
      threat)
    func loss(_ images: Tensor) throws -> Double { try objective.outcomes(at: images, samples: [0])[0].values[0] }
    let one = try run(
      ProjectedGradientDescent(steps: 3, stepSize: 0.02, randomStart: true, keep: .best), objective, half, threat)
    #expect(try loss(more) <= loss(one))
  }

  /// Images that nothing moves any more take no more passes, and end where they would have ended by themselves.
  @Test(arguments: ProjectedGradientDescent.Keep.allCases) func settledImagesTakeNoMorePasses(
    _ keep: ProjectedGradientDescent.Keep
  ) throws {
    let threat = ThreatModel(norm: .linf, epsilon: 0.375)
    let search = ProjectedGradientDescent(steps: 6, stepSize: 0.125, keep: keep)
    let images = Tensor(repeating: 0.5, [4, 1, 1, 4])
    let floors: [Float] = [0.45, 0.6, 0, 0.3]
    let objective = FloorObjective(floors: floors)
    let found = try run(search, objective, images, threat)
    for (sample, level) in [Float(0.375), 0.5, 0.125, 0.25].enumerated() {
      #expect(found.row(sample).scalars.allSatisfy { $0 == level }, "sample \(sample)")
      #expect(
        try run(search, FloorObjective(floors: floors), half, threat, samples: [sample]).row(0) == found.row(sample))
    }
    // A pass that moves nothing is the last; the best of all takes one more for the images at the end.
    let last = keep == .best ? 1 : 0
    #expect(objective.passes == [2, 1, 4, 3].map { $0 + last })
  }

  @Test func samplesAreThoseOfTheObjective() throws {
    let objective = LinearObjective(weights: [[1, 1, 1, 1], [-1, -1, -1, -1]])
    let threat = ThreatModel(norm: .linf, epsilon: 0.1)
    let search = ProjectedGradientDescent(steps: 1, stepSize: 0.1)
    #expect(try run(search, objective, half, threat, samples: [1]).scalars.allSatisfy { $0 > 0.59 })
    #expect(try run(search, objective, half, threat, samples: [0]).scalars.allSatisfy { $0 < 0.41 })
  }

  @Test func costs() {
    #expect(ProjectedGradientDescent(steps: 5, stepSize: 1).expectedCost == Cost(forwards: 5, backwards: 5))
    #expect(
      ProjectedGradientDescent(steps: 5, stepSize: 1, restarts: 2, keep: .best).expectedCost
        == Cost(forwards: 12, backwards: 10))
  }

  @Test(arguments: ThreatModel.Norm.allCases) func lawsHold(_ norm: ThreatModel.Norm) throws {
    let triplets = try ToyTriplets().triplets(Array(0..<6))
    let task = try TwoAlternativeTask(
      metric: IdentityEmbedding(ToyTriplets().images), ids: Array(0..<6), triplets: triplets)
    let objective = TwoAlternativeObjective(task: task)
    #expect(try ObjectiveLaws.violations(of: objective, on: triplets.references) == [])
    let threat = ThreatModel(norm: norm, epsilon: norm == .linf ? 0.05 : 0.3)
    let searches: [any Search] = [
      NoOpSearch(), ProjectedGradientDescent(steps: 4, stepSize: 0.02),
      ProjectedGradientDescent(steps: 4, stepSize: 0.02, randomStart: true, restarts: 2, keep: .best),
    ]
    for search in searches {
      #expect(try SearchLaws.violations(of: search, on: objective, from: triplets.references, within: threat) == [])
    }
  }
}
