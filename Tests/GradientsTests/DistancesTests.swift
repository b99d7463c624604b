import Gradients
import Tensors
import Testing

@Suite(.serialized) struct DistancesTests {
  private func rows(_ count: Int, _ size: Int, _ name: String) -> Tensor {
    var random = RandomStream(seed: 21, [name])
    return Tensor(normal: [count, size], using: &random).normalizedRows()
  }

  private func matrix(_ a: Tensor, _ b: Tensor) -> Tensor { distanceMatrix(Variable(constant: a), b).value }

  /// Where ‖a‖² + ‖b‖² − 2ab would leave nothing of the distance.
  @Test func smallDistancesAreRelativelyAccurate() {
    let a = rows(8, 512, "a")
    var random = RandomStream(seed: 22, ["offset"])
    for scale in [1e-2, 1e-4, 1e-6] as [Float] {
      let b = a + Tensor(normal: a.shape, deviation: scale, using: &random)
      let distances = matrix(a, b)
      for i in 0..<8 {
        let (x, y) = (a.row(i).scalars.map(Double.init), b.row(i).scalars.map(Double.init))
        let expected = distance(x[...], y[...])
        #expect(abs(Double(distances[i * 8 + i]) - expected) < 1e-6 * expected)
      }
    }
    #expect((0..<8).allSatisfy { matrix(a, a)[$0 * 8 + $0] == 0 })
  }

  @Test func bitsDoNotDependOnTheOtherRowsNorOnTheOrderNorOnWorkers() throws {
    let (a, b) = (rows(37, 61, "a"), rows(301, 61, "b"))
    let all = matrix(a, b)
    let leaf = Variable(leaf: a)
    let gradient = try distanceMatrix(leaf, b).gradient(of: leaf)
    for range in [0..<1, 5..<9, 30..<37] {
      #expect(matrix(a.rows(range), b) == all.rows(range))
      let part = Variable(leaf: a.rows(range))
      #expect(try distanceMatrix(part, b).gradient(of: part) == gradient.rows(range))
    }
    let reversed = matrix(b, a)
    #expect((0..<37 * 301).allSatisfy { all[$0] == reversed[$0 % 301 * 37 + $0 / 301] })
    let paired = pairedDistances(Variable(constant: a), Variable(constant: b.rows(0..<37))).value
    #expect((0..<37).allSatisfy { paired[$0] == all[$0 * 301 + $0] })
    let products = productMatrix(Variable(constant: a), b).value
    let pairs = pairedProducts(Variable(constant: a), Variable(constant: b.rows(0..<37))).value
    #expect((0..<37).allSatisfy { pairs[$0] == products[$0 * 301 + $0] })

    let before = Workers.count
    defer { Workers.count = before }
    for workers in [1, 3] {
      Workers.count = workers
      #expect(matrix(a, b) == all)
      let again = Variable(leaf: a)
      #expect(try distanceMatrix(again, b).gradient(of: again) == gradient)
    }
  }

  @Test func gradientsNearAndAtZero() throws {
    let fixed = rows(3, 32, "a")
    let same = Variable(leaf: fixed)
    #expect(try pairedDistances(same, Variable(constant: fixed)).gradient(of: same) == Tensor(zeros: [3, 32]))
    // Unit gradients remain unit gradients, however near the rows are.
    var random = RandomStream(seed: 23, ["offset"])
    let near = Variable(leaf: fixed + Tensor(normal: [3, 32], deviation: 1e-6, using: &random))
    let seed = Tensor((0..<9).map { $0 % 4 == 0 ? 1 : 0 }, [3, 3])
    let gradient = try distanceMatrix(near, fixed).gradient(of: near, seed: seed)
    #expect(gradient.rowNorms().scalars.allSatisfy { abs($0 - 1) < 1e-5 })
  }
}
