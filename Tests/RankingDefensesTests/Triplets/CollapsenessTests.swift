import Foundation
import Gradients
import RankingDefenses
import Tensors
import Testing

/// Golden values of the retrieval specification, 9.2.
struct CollapsenessTests {
  static let near = [0.60, 0.80, 0.95, 0.70]
  static let far = [0.90, 1.10, 0.85, 1.00]

  @Test(arguments: [
    (Collapseness(.uniform, attention: 10), -0.2), (Collapseness(.far, attention: 10), -0.145120),
    (Collapseness(.near, attention: 10), -0.245570), (Collapseness(.far, attention: 9.5), -0.146148),
    (Collapseness(.near, attention: 9.5), -0.244612), (Collapseness(.far, attention: 2), -0.184766),
    (Collapseness(.near, attention: 2), -0.214166),
  ])
  func isTheSpecifiedValue(_ collapseness: Collapseness, _ expected: Double) {
    #expect(abs(collapseness.value(toPositives: Self.near, toNegatives: Self.far) - expected) < 1e-6)
  }

  @Test func weightedDistances() {
    let (far, near) = (Collapseness(.far, attention: 10), Collapseness(.near, attention: 10))
    #expect(abs(far.distance(Self.near) - 0.901655) < 1e-6 && abs(far.distance(Self.far) - 1.046776) < 1e-6)
    #expect(abs(near.distance(Self.near) - 0.648535) < 1e-6 && abs(near.distance(Self.far) - 0.894105) < 1e-6)
  }

  @Test(arguments: Collapseness.Weighting.allCases)
  func theTapeGivesTheSameValueAndItsGradient(_ weighting: Collapseness.Weighting) throws {
    let collapseness = Collapseness(weighting, attention: 7)
    let leaf = Variable(leaf: Tensor(Self.near.map { Float($0) }, [4]))
    let value = collapseness.distance(leaf)
    #expect(abs(Double(value.value[0]) - collapseness.distance(Self.near)) < 1e-6)
    let gradient = try value.gradient(of: leaf)
    for i in 0..<4 {
      var (up, down) = (Self.near, Self.near)
      up[i] += 1e-6
      down[i] -= 1e-6
      let slope = (collapseness.distance(up) - collapseness.distance(down)) / 2e-6
      #expect(abs(slope - Double(gradient[i])) < 1e-5)
    }
  }
}
