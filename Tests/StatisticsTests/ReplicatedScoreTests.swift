import Statistics
import Tensors
import Testing

struct ReplicatedScoreTests {
  private func columns(_ name: String, _ width: Int, _ count: Int) -> [[Double]] {
    (0..<width).map { column in
      var stream = RandomStream(seed: 5, [name], [column])
      return (0..<count).map { _ in Double(stream.integer(below: 10_000)) / 100 }
    }
  }

  @Test(arguments: [1, 2, 40])
  func differencesHaveTheBitsOfThePairsOwnBootstrap(_ count: Int) {
    let bootstrap = Bootstrap(seed: 4, purpose: ["shapes"], replicates: 300)
    let (first, second) = (columns("first", 3, count), columns("second", 3, count))
    let combine: @Sendable ([Double]) -> Double = { 100 * $0[1] / $0[0] + $0[2] }
    let pair = bootstrap.difference(from: first, to: second, combine)
    let scores = ReplicatedScore.all(
      [.init(first, combine), .init(columns("between", 2, count)) { $0[0] }, .init(second, combine)],
      resampledBy: bootstrap)
    let shared = ReplicatedScore.difference(from: scores[0], to: scores[2])
    #expect(shared.estimate.value == pair.estimate.value)
    #expect(shared.estimate.interval.low.bitPattern == pair.estimate.interval.low.bitPattern)
    #expect(shared.estimate.interval.high.bitPattern == pair.estimate.interval.high.bitPattern)
    #expect(shared.pValue.bitPattern == pair.pValue.bitPattern)
    #expect(shared.standardError.bitPattern == pair.standardError.bitPattern)
  }

  @Test func equalSubjectsDoNotDiffer() {
    let one = ReplicatedScore.Function(columns("one", 2, 30)) { $0[0] - $0[1] }
    let scores = ReplicatedScore.all([one, one], resampledBy: Bootstrap(seed: 1, replicates: 100))
    let difference = ReplicatedScore.difference(from: scores[0], to: scores[1])
    #expect(difference.estimate.value == 0 && difference.pValue == 1 && difference.standardError == 0)
  }
}

struct UnpairedDifferenceTests {
  private func estimate(_ value: Double, half: Double) -> Estimate {
    Estimate(
      value: value,
      interval: Interval(low: value - half, high: value + half, level: 0.95, method: .wilson), n: 100)
  }

  @Test func variancesAdd() {
    // Standard errors 3 and 4: together 5, and a difference of 9.8 is 1.96 of them.
    let z = 1.959963984540054
    let difference = UnpairedDifference(from: estimate(50, half: 3 * z), to: estimate(50 + 5 * z, half: 4 * z))
    #expect(abs(difference.pValue - 0.05) < 1e-9)
    #expect(abs(difference.interval.low) < 1e-9 && abs(difference.interval.high - 10 * z) < 1e-9)
    #expect(difference.interval.method == .normal)
  }

  @Test func withoutSpreadOnlyEqualityIsKnown() {
    #expect(UnpairedDifference(from: estimate(50, half: 0), to: estimate(50, half: 0)).pValue == 1)
    #expect(UnpairedDifference(from: estimate(50, half: 0), to: estimate(51, half: 0)).pValue == 0)
    let unknown = Estimate(
      value: 3, interval: Interval(low: .nan, high: .nan, level: 0.95, method: .normal), n: 0)
    #expect(UnpairedDifference(from: unknown, to: estimate(51, half: 1)).pValue.isNaN)
  }
}
