import Foundation
import Statistics
import Tensors
import Testing

struct PottsModelTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      let values: [Double]
      let weights: [Double]
      let penalty: Double
      let starts: [Int]
      let levels: [Double]
      let cost: Double
    }
    let cases: [Case]
  }

  @Test func fitsAreThoseOfBruteForce() throws {
    let file = Bundle.module.bundleURL.appending(path: "Golden/potts.json")
    let cases = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file)).cases
    #expect(cases.count == 60 && cases.contains { $0.starts.count > 2 })
    for one in cases {
      let fit = PottsModel(fitting: one.values, weights: one.weights, penalty: one.penalty)
      #expect(abs(fit.cost - one.cost) <= 1e-9 * max(1, one.cost))
      // Without a penalty ways to cut are equal in cost, and rounding decides.
      guard one.penalty > 0 else { continue }
      #expect(fit.pieces.map(\.range.lowerBound) == one.starts)
      for (piece, level) in zip(fit.pieces, one.levels) { #expect(abs(piece.level - level) < 1e-9) }
    }
  }

  @Test func piecesCoverTheSequence() {
    var stream = RandomStream(seed: 3, ["potts"], [])
    let values = (0..<500).map { Double($0 / 60 % 3) * 4 + Double(stream.integer(below: 100)) / 100 }
    let weights = [Double](repeating: 1, count: 500)
    let penalty = PottsModel.penalty(for: values, weights: weights, floor: 0)
    let fit = PottsModel(fitting: values, weights: weights, penalty: penalty)
    #expect(fit.pieces.first?.range.lowerBound == 0 && fit.pieces.last?.range.upperBound == 500)
    for (left, right) in zip(fit.pieces, fit.pieces.dropFirst()) {
      #expect(left.range.upperBound == right.range.lowerBound)
    }
    // Steps of 4 in noise of 0.3 are found where they are, and no others.
    #expect(fit.pieces.map(\.range.lowerBound) == Array(stride(from: 0, to: 500, by: 60)))
  }

  @Test func noiseAloneHasHardlyEverAStep() {
    let falseAlarms = (0..<100).count { seed in
      var stream = RandomStream(seed: UInt64(seed), ["noise"], [])
      // Sums of uniform variables: about normal.
      let values = (0..<60).map { _ in (0..<6).reduce(0) { sum, _ in sum + stream.integer(below: 1000) } }
        .map(Double.init)
      let weights = [Double](repeating: 1, count: values.count)
      let penalty = PottsModel.penalty(for: values, weights: weights, floor: 0)
      return PottsModel(fitting: values, weights: weights, penalty: penalty).pieces.count > 1
    }
    #expect(falseAlarms <= 5, "\(falseAlarms) of 100")
  }

  @Test func theFloorHidesWhatIsSmallerThanASample() {
    let values = [Double](repeating: 60, count: 10) + [Double](repeating: 61, count: 3)
    let weights = [Double](repeating: 1, count: values.count)
    func steps(_ floor: Double) -> Int {
      PottsModel(
        fitting: values, weights: weights,
        penalty: PottsModel.penalty(for: values, weights: weights, floor: floor)
      ).pieces.count - 1
    }
    #expect(steps(1) == 0)
    #expect(steps(0.1) == 1)
  }

  @Test func nothingAndOneValue() {
    #expect(PottsModel(fitting: [], weights: [], penalty: 1).pieces.isEmpty)
    let one = PottsModel(fitting: [7], weights: [2], penalty: 1)
    #expect(one.pieces == [PottsModel.Piece(range: 0..<1, level: 7)] && one.cost == 0)
  }
}
