import RankingDefenses
import Tensors
import Testing

struct TripletSamplerTests {
  /// Anchor 0 and partner 1 of class 0; rows 2 and 3 of class 1; 4 and 5 of class 2; 6 and 7 of class 0 again.
  let labels = [0, 0, 1, 1, 2, 2, 0, 0]
  /// Distances from row 0; other anchors look at the same ones.
  let fromFirst: [Float] = [0, 0.5, 0.3, 0.6, 0.65, 1.2, 0.9, 0.2]

  private var distances: Tensor { Tensor((0..<8).flatMap { _ in fromFirst }, [8, 8]) }

  /// Rows drawn for the first anchor over many draws.
  private func drawn(
    _ sampler: TripletSampler, labels: [Int]? = nil, distances: Tensor? = nil, margin: Float = 0.2
  ) -> (positives: [Int: Int], negatives: [Int: Int]) {
    var (positives, negatives) = ([Int: Int](), [Int: Int]())
    for draw in 0..<400 {
      let triplets = sampler.triplets(
        labels: labels ?? self.labels, distances: distances ?? self.distances, margin: margin, dimension: 8
      ) { RandomStream(seed: 1, ["test"], [draw, $0]) }
      positives[triplets.positives[0], default: 0] += 1
      negatives[triplets.negatives[0], default: 0] += 1
    }
    return (positives, negatives)
  }

  @Test func randomIsUniformAmongNegatives() {
    let (positives, negatives) = drawn(.random)
    #expect(Set(positives.keys) == [1])
    #expect(Set(negatives.keys) == [2, 3, 4, 5])
    #expect(negatives.values.allSatisfy { (60...140).contains($0) })
  }

  @Test func semiHardLiesInTheBandBehindThePositive() {
    let (positives, negatives) = drawn(.semiHard)
    #expect(Set(positives.keys) == [1])
    #expect(Set(negatives.keys) == [3, 4])
    // An empty band falls back to all negatives.
    #expect(Set(drawn(.semiHard, margin: 0.05).negatives.keys) == [2, 3, 4, 5])
    #expect(Set(drawn(.semiHard, margin: 1).negatives.keys) == [3, 4, 5])
  }

  @Test func softHardTakesNearNegativesAndFarPositives() {
    let (positives, negatives) = drawn(.softHard)
    // Negatives nearer than the farthest of the class (0.9); positives farther than the nearest negative (0.3).
    #expect(Set(negatives.keys) == [2, 3, 4])
    #expect(Set(positives.keys) == [1, 6])
  }

  @Test func softHardFallsBackToAllOfAKind() {
    let near = Tensor((0..<8).flatMap { _ in [0, 0.1, 1, 1.1, 1.2, 1.3, 0.2, 0.3] as [Float] }, [8, 8])
    let (positives, negatives) = drawn(.softHard, distances: near)
    #expect(Set(negatives.keys) == [2, 3, 4, 5])
    #expect(Set(positives.keys) == [0, 1, 6, 7])
  }

  @Test func hardestIsTheNearestNegative() {
    let (positives, negatives) = drawn(.hardest)
    #expect(Set(negatives.keys) == [2])
    #expect(Set(positives.keys) == [1])
  }

  @Test(arguments: TripletSampler.allCases)
  func aBatchOfOneClassGivesAnyRow(_ sampler: TripletSampler) {
    let (_, negatives) = drawn(sampler, labels: Array(repeating: 0, count: 8))
    #expect(!negatives.isEmpty)
  }

  @Test(arguments: TripletSampler.allCases)
  func anAnchorsDrawIsItsOwn(_ sampler: TripletSampler) {
    func triplets() -> BatchTriplets {
      sampler.triplets(labels: labels, distances: distances, margin: 0.2, dimension: 8) {
        RandomStream(seed: 1, ["test"], [$0])
      }
    }
    #expect(triplets() == triplets())
    #expect(triplets().anchors == [0, 2, 4, 6])
    #expect(triplets().count == 4)
  }

  /// Golden values of the retrieval specification, section 3.
  @Test(arguments: [
    (512, [1.30, 1.35, 1.41] as [Float], [0.983581, 0.014541, 0.001878]),
    (8, [0.6, 1.0, 1.3], [0.904334, 0.068421, 0.027246]),
  ])
  func distanceWeightsAreThePublishedOnes(_ dimension: Int, _ distances: [Float], _ expected: [Double]) {
    let weights = TripletSampler.inverseDensities(distances, dimension: dimension)
    let total = weights.reduce(0, +)
    for (weight, value) in zip(weights, expected) { #expect(abs(weight / total - value) < 2e-5) }
  }

  @Test func distanceWeightsThatAreNoNumbersAreZero() {
    #expect(TripletSampler.inverseDensities([0, 1, 2.5], dimension: 8).map { $0 > 0 } == [false, true, false])
    #expect(TripletSampler.inverseDensities([0, 0], dimension: 8) == [1e-7, 1e-7])
  }

  @Test func distanceDrawsInProportionToTheWeights() {
    let (_, negatives) = drawn(.distance)
    let weights = TripletSampler.inverseDensities([0.3, 0.6, 0.65, 1.2], dimension: 8)
    let total = weights.reduce(0, +)
    for (row, weight) in zip(2..., weights) {
      #expect(abs(Double(negatives[row] ?? 0) / 400 - weight / total) < 0.08)
    }
  }
}
