import Foundation
import GauntletKit
import Gradients
import RankingDefenses
import Tensors
import Testing

struct CollapseAwareLossesTests {
  /// Points of a plane at given distances from an anchor at the origin, with anchors that stand `shift` from their clean
  /// places.
  private func plane(near: [Double], far: [Double]) -> TripletViews<Variable> {
    func points(_ distances: [Double], _ angle: Double) -> Variable {
      Variable(
        constant: Tensor(
          distances.flatMap { [Float($0 * cos(angle)), Float($0 * sin(angle))] }, [distances.count, 2]))
    }
    return TripletViews(
      anchors: points(near.map { _ in 0 }, 0), positives: points(near, 0.3), negatives: points(far, 2))
  }

  /// Golden values of the retrieval specification, 9.2.
  @Test(arguments: [(Collapseness.Weighting.near, 0.449798), (.far, 0.497328)])
  func topPullIsTheSpecifiedValue(_ weighting: Collapseness.Weighting, _ expected: Double) {
    let losses = CollapseAwareLosses(
      geometry: .euclidean, collapseness: Collapseness(weighting, attention: 10), weighsDistances: true)
    let views = plane(near: CollapsenessTests.near, far: CollapsenessTests.far)
    let clean = Variable(constant: Tensor((0..<4).flatMap { _ in [Float(0.3), 0] }, [4, 2]))
    #expect(abs(Double(losses.topPull(views, cleanAnchors: clean).value[0]) - expected) < 1e-6)
    let half = losses.closerHalf(Variable(constant: Tensor(CollapsenessTests.far.map { Float($0) }, [4])))
    #expect(abs(half.mean().value[0] - 0.875) < 1e-6)
    #expect(losses.topTriplets(views, weight: 0.5, margin: 0.04).value[0] == 0)
    let harder = losses.topTriplets(views, weight: 0.5, margin: 0.3).value[0]
    #expect(abs(harder - 0.5 * (0.65 - 0.875 + 0.3)) < 1e-6)
  }

  /// The losses in double precision, of rows of anchors, positives and negatives.
  private struct Reference {
    let collapseness: Collapseness
    let clean: [[Double]]

    func attack(_ a: [[Double]], _ p: [[Double]], _ n: [[Double]]) -> Double {
      max(0, gap(a, p, n))
    }
    func gap(_ a: [[Double]], _ p: [[Double]], _ n: [[Double]]) -> Double {
      collapseness.distance(distances(a, n)) - collapseness.distance(distances(a, p))
    }
    func assistance(_ a: [[Double]], _ p: [[Double]], _ n: [[Double]]) -> Double {
      max(0, collapseness.distance(distances(a, p)) - collapseness.distance(distances(a, n)))
    }
    func topPull(_ a: [[Double]], _ n: [[Double]], factor: Double) -> Double {
      let shift = distances(a, clean).reduce(0, +) / Double(a.count)
      return factor * max(0, closer(distances(a, n)) - shift)
    }
    func topTriplets(_ a: [[Double]], _ p: [[Double]], _ n: [[Double]]) -> Double {
      0.5 * max(0, closer(distances(a, p)) - closer(distances(a, n)) + 0.04)
    }
    func distances(_ a: [[Double]], _ b: [[Double]]) -> [Double] { zip(a, b).map(distance) }
    private func closer(_ d: [Double]) -> Double { d.sorted().prefix(d.count / 2).reduce(0, +) / Double(d.count / 2) }
  }

  @Test(arguments: [2, 5, 9] as [UInt64], Collapseness.Weighting.allCases)
  func gradientsAreThoseOfTheDefinitions(_ seed: UInt64, _ weighting: Collapseness.Weighting) throws {
    let collapseness = Collapseness(weighting, attention: 4)
    let losses = CollapseAwareLosses(geometry: .sphere, collapseness: collapseness, weighsDistances: true)
    let points = Points(seed: seed)
    let (tensors, clean) = (points.views(), points.tensor("clean"))
    let reference = Reference(collapseness: collapseness, clean: rows(clean))
    let leaves = tensors.map { Variable(leaf: $0) }
    let factor = exp(-max(0, reference.attack(rows(tensors.anchors), rows(tensors.positives), rows(tensors.negatives))))
    let cases: [(Variable, ([[Double]], [[Double]], [[Double]]) -> Double)] = [
      (losses.attack(leaves), reference.attack), (losses.assistance(leaves), reference.assistance),
      (losses.attack(leaves, isBounded: false), reference.gap),
      (
        losses.topPull(leaves, cleanAnchors: Variable(constant: clean)),
        { a, _, n in reference.topPull(a, n, factor: factor) }
      ),
      (losses.topTriplets(leaves, weight: 0.5, margin: 0.04), reference.topTriplets),
    ]
    for (loss, definition) in cases {
      let (a, p, n) = (rows(tensors.anchors), rows(tensors.positives), rows(tensors.negatives))
      #expect(abs(Double(loss.value[0]) - definition(a, p, n)) < 1e-6)
      for role in TripletRole.allCases {
        let gradient = try loss.gradient(of: leaves[role])
        let error = gradientError(gradient, at: tensors[role]) {
          switch role {
          case .anchor: definition($0, p, n)
          case .positive: definition(a, $0, n)
          case .negative: definition(a, p, $0)
          }
        }
        // A loss at 0 has no slope on either side.
        #expect(loss.value[0] == 0 ? gradient.scalars.allSatisfy { $0 == 0 } : error < 1e-4, "\(role) \(error)")
      }
    }
    // One of the two hinges is open.
    #expect((cases[0].0.value[0] > 0) != (cases[1].0.value[0] > 0))
  }
}
