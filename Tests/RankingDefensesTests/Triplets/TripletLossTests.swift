import GauntletKit
import Gradients
import RankingDefenses
import Tensors
import Testing

struct TripletLossTests {
  private func points(_ count: Int, _ name: String) -> Tensor {
    var stream = RandomStream(seed: 2, ["loss", name])
    return Tensor(normal: [count, 5], using: &stream)
  }

  private func distance(_ a: [Double], _ b: [Double], _ geometry: Geometry) -> Double {
    geometry == .cosine
      ? 1 - zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      : zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private func rows(_ tensor: Tensor) -> [[Double]] {
    (0..<tensor.rows).map { tensor.row($0).scalars.map(Double.init) }
  }

  /// The definition, in double precision.
  private func activeLoss(
    _ anchors: [[Double]], _ labels: [Int], _ candidates: [[Double]], _ candidateLabels: [Int], _ loss: TripletLoss
  ) -> (Double, Int) {
    var (total, count) = (0.0, 0)
    for a in labels.indices {
      for p in candidateLabels.indices where p != a && candidateLabels[p] == labels[a] {
        for n in candidateLabels.indices where candidateLabels[n] != labels[a] {
          let value =
            distance(anchors[a], candidates[p], loss.geometry) - distance(anchors[a], candidates[n], loss.geometry)
            + Double(loss.margin)
          if value > 0 { (total, count) = (total + value, count + 1) }
        }
      }
    }
    return (total / Double(max(count, 1)), count)
  }

  @Test(arguments: Geometry.allCases)
  func meanOfActiveIsItsDefinition(_ geometry: Geometry) throws {
    let loss = TripletLoss(geometry: geometry, margin: TripletLoss.defaultMargin(geometry))
    let (labels, candidateLabels) = ([0, 0, 1, 2], [0, 0, 1, 2, 1, 2, 2])
    let (a, c) = (Variable(leaf: points(4, "a")), Variable(leaf: points(7, "c")))
    let (value, active) = loss.meanOfActive(
      anchors: a, labels: labels, candidates: c, candidateLabels: candidateLabels
    ) { $0 == $1 }
    let (expected, count) = activeLoss(rows(a.value), labels, rows(c.value), candidateLabels, loss)
    #expect(active == count && active > 0)
    #expect(abs(Double(value.value[0]) - expected) < 1e-5 * max(1, expected))

    let gradients = try value.gradients(of: [a, c])
    for (leaf, gradient) in zip([a.value, c.value], gradients) {
      for i in 0..<leaf.count {
        func shifted(_ h: Double) -> Double {
          var (x, y) = (rows(a.value), rows(c.value))
          if leaf.rows == 4 { x[i / 5][i % 5] += h } else { y[i / 5][i % 5] += h }
          return activeLoss(x, labels, y, candidateLabels, loss).0
        }
        let slope = (shifted(1e-6) - shifted(-1e-6)) / 2e-6
        #expect(abs(slope - Double(gradient[i])) < 1e-4)
      }
    }
  }

  @Test func meanCountsInactiveTriplets() throws {
    let loss = TripletLoss(geometry: .euclidean, margin: 1)
    let anchors = Variable(leaf: Tensor([[0, 0], [0, 0]]))
    // d(a,p) − d(a,n) + 1 is 1 − 3 + 1 < 0 and 2 − 1.5 + 1 = 1.5.
    let value = loss.mean(
      anchors: anchors, positives: Variable(constant: Tensor([[1, 0], [0, 2]])),
      negatives: Variable(constant: Tensor([[3, 0], [1.5, 0]])))
    #expect(value.value.scalars == [0.75])
    let gradient = try value.gradient(of: anchors)
    #expect(gradient.row(0).scalars == [0, 0])
    #expect(gradient.row(1).scalars == [0.5, -0.5])
  }

  @Test func noActiveTripleIsALossOfZero() throws {
    let loss = TripletLoss(geometry: .euclidean, margin: 0.1)
    let points = Variable(leaf: Tensor([[0, 0], [0, 0.1], [5, 5]]))
    let (value, active) = loss.meanOfActive(
      anchors: points, labels: [0, 0, 1], candidates: points, candidateLabels: [0, 0, 1]
    ) { $0 == $1 }
    #expect(active == 0 && value.value.scalars == [0])
    #expect(try value.gradient(of: points).scalars.allSatisfy { $0 == 0 })
  }

  @Test func statisticsAreTheirDefinitions() {
    let statistics = TripletStatistics(
      anchors: Tensor([[0, 0], [0, 0]]), positives: Tensor([[1, 0], [0, 3]]), negatives: Tensor([[3, 0], [0, 5]]),
      geometry: .euclidean)
    #expect(statistics.meanDistance == 3)
    #expect(statistics.hardness == -2)
    #expect(abs(statistics.separability - 2.0 / 3) < 1e-12)
  }
}
