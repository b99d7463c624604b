import Gradients
import RankingDefenses
import Tensors
import Testing

/// Golden values of the retrieval specification, 8.2.
struct HardnessDestinationTests {
  @Test(arguments: [(2.0, -0.2, 0.003333), (0.12, -0.12, 0.010800), (0, 0, 0.030833)])
  func gradualAdversary(_ loss: Double, _ expected: Double, _ objective: Double) throws {
    let value = try #require(HardnessDestination.linear.value(loss: loss, margin: 0.2, clip: 0.2))
    #expect(abs(value - expected) < 1e-12)
    let mean = [-0.30, -0.05, 0.02].reduce(0) { $0 + max(0, value - $1) * max(0, value - $1) } / 3
    #expect(abs(mean - objective) < 1e-6)
  }

  @Test func otherDestinations() throws {
    func value(_ destination: HardnessDestination, _ loss: Double) -> Double? {
      destination.value(loss: loss, margin: 0.2, clip: 0.2)
    }
    #expect(abs(try #require(value(.squared, 0.1)) + 0.05) < 1e-12)
    #expect(abs(try #require(value(.root, 0.05)) + 0.1) < 1e-12)
    #expect(abs(try #require(value(.boosted(xi: 0.1), 0.1)) + 0.05) < 1e-12)
    #expect(value(.boosted(xi: 0.1), 5) == value(.linear, 5))
    #expect(value(.constant(0.3), 1) == 0.3)
    #expect(value(.sampler(.random), 1) == nil)
    // Another clip stretches the same curve.
    #expect(abs(try #require(HardnessDestination.linear.value(loss: 1.1, margin: 0.2, clip: 2.2)) + 0.1) < 1e-12)
  }
}
