import GauntletKit
import Tensors
import Testing

@Suite struct ThreatModelTests {
  struct Projections: Decodable {
    struct Case: Decodable {
      let norm: ThreatModel.Norm
      let epsilon: Double
      let clean: [Float]
      let image: [Float]
      let projected: [Double]
    }
    let cases: [Case]
  }

  private func draw(_ name: String, _ shape: Shape, in range: ClosedRange<Float>) -> Tensor {
    var random = RandomStream(seed: 31, [name])
    return Tensor(uniform: shape, in: range, using: &random)
  }

  @Test func projectionsAreThoseOfAConvexSolver() throws {
    for item in try golden("projections", as: Projections.self).cases {
      let threat = ThreatModel(norm: item.norm, epsilon: item.epsilon)
      let found = threat.projected(Tensor(item.image, [1, 6]), around: Tensor(item.clean, [1, 6]))
      for (got, wanted) in zip(found.scalars, item.projected) {
        #expect(abs(Double(got) - wanted) < 2e-5, "\(threat): \(found.scalars), expected \(item.projected)")
      }
    }
  }

  /// The conditions of Karush, Kuhn and Tucker: a multiplier of at least 0 explains every pixel.
  @Test(arguments: [0.05, 0.5, 3, 8, 40]) func theConditionsOfOptimalityHold(_ epsilon: Double) throws {
    let size = 3 * 16 * 16
    let clean = draw("clean", [4, size], in: 0...1)
    let images = clean + draw("offset", [4, size], in: -0.7...0.7)
    for norm in [ThreatModel.Norm.l2, .l1] {
      let threat = ThreatModel(norm: norm, epsilon: epsilon)
      let found = threat.projected(images, around: clean)
      for row in 0..<4 {
        let (x, y, c) = (found.row(row).scalars, images.row(row).scalars, clean.row(row).scalars)
        var multipliers: [Double] = []
        for i in 0..<size where x[i] > 1e-4 && x[i] < 1 - 1e-4 && abs(x[i] - c[i]) > 1e-3 {
          let (pull, moved) = (Double(y[i] - x[i]), Double(x[i] - c[i]))
          multipliers.append(norm == .l2 ? pull / moved : pull * (moved > 0 ? 1 : -1))
        }
        let multiplier = multipliers.sorted()[safe: multipliers.count / 2] ?? 0
        #expect(multiplier >= -1e-5)
        let isTight = threat.norms(of: found.row(row), around: clean.row(row))[norm] > epsilon * (1 - 1e-4)
        if multiplier > 1e-3 { #expect(isTight) }
        for i in 0..<size {
          let offset = Double(y[i]) - Double(c[i])
          let length =
            norm == .l2 ? abs(offset) / (1 + multiplier) : max(0, abs(offset) - multiplier)
          let wanted = min(max(Double(c[i]) + (offset < 0 ? -length : length), 0), 1)
          #expect(abs(Double(x[i]) - wanted) < 1e-4)
        }
      }
    }
  }

  @Test(arguments: ThreatModel.Norm.allCases) func whatWasProjectedIsInsideToTheBitAndStays(_ norm: ThreatModel.Norm) {
    let shape: Shape = [5, 3, 8, 8]
    let clean = draw("clean", shape, in: 0...1)
    let images = clean + draw("offset", shape, in: -2...2)
    for epsilon in [0, 1.0 / 255, 8.0 / 255, 0.3, 2, 30, 1000] {
      let threat = ThreatModel(norm: norm, epsilon: epsilon)
      let found = threat.projected(images, around: clean)
      #expect(threat.contains(found, around: clean, tolerance: 1e-12 * epsilon).allSatisfy { $0 })
      #expect(threat.projected(found, around: clean) == found)
      if epsilon == 0 { #expect(found == clean) }
      if epsilon == 1000 { #expect(found == images.clamped(to: 0...1)) }
      for row in 0..<5 {
        #expect(threat.projected(images.rows([row]), around: clean.rows([row])) == found.rows([row]))
      }
    }
  }

  /// ℓ∞ holds for the numbers themselves, subtracted in single or in double precision.
  @Test func differencesAreAtMostEpsilonAsNumbers() {
    let clean = draw("clean", [1, 100_000], in: 0...1)
    let images = clean + draw("offset", [1, 100_000], in: -0.1...0.1)
    let threat = ThreatModel(norm: .linf, epsilon: 8.0 / 255)
    let found = threat.projected(images, around: clean)
    var reached = 0
    for (x, c) in zip(found.scalars, clean.scalars) {
      #expect(abs(x - c) <= Float(8.0 / 255))
      #expect(abs(Double(x) - Double(c)) <= 8.0 / 255)
      if abs(x - c) > 8.0 / 255 - 1e-7 { reached += 1 }
    }
    #expect(reached > 50_000, "the ball is used up to its surface")
  }

  @Test(arguments: ThreatModel.Norm.allCases) func pixelsThatAreNotNumbersBecomeClean(_ norm: ThreatModel.Norm) {
    let clean = Tensor([0.2, 0.4, 0.6], [1, 3])
    let found = ThreatModel(norm: norm, epsilon: 0.5).projected(Tensor([.nan, 0.5, .infinity], [1, 3]), around: clean)
    #expect(found[0] == 0.2 && found.isFinite && found[2] > 0.6)
  }

  @Test func norms() {
    let clean = Tensor([0, 0, 0.5, 1], [1, 4])
    let images = Tensor([0.3, 0, 0.5, 0.6], [1, 4])
    let norms = ThreatModel(norm: .l2, epsilon: 1).norms(of: images.row(0), around: clean.row(0))
    #expect(abs(norms.linf - 0.4) < 1e-6 && abs(norms.l2 - 0.5) < 1e-6 && abs(norms.l1 - 0.7) < 1e-6)
    #expect(ThreatModel(norm: .l2, epsilon: 0.5).contains(images, around: clean) == [true])
    #expect(ThreatModel(norm: .l2, epsilon: 0.49).contains(images, around: clean) == [false])
    #expect(ThreatModel(norm: .l1, epsilon: 2).contains(images.map { $0 * 2 }, around: clean) == [false])
    #expect(ThreatModel(norm: .linf, epsilon: 1).norms(of: clean.map { $0 / 0 }, around: clean).linf.isNaN)
  }

  @Test(arguments: ThreatModel.Norm.allCases) func randomStartsFillTheBallAndBelongToTheSample(_ norm: ThreatModel.Norm)
  {
    let clean = Tensor(repeating: 0.5, [400, 1, 2, 2])
    let threat = ThreatModel(norm: norm, epsilon: 0.2)
    func start(_ rows: [Int]) -> Tensor {
      threat.randomStart(around: clean.rows(rows)) { RandomStream(seed: 1, ["start"], [rows[$0]]) }
    }
    let images = start(Array(0..<400))
    #expect(threat.contains(images, around: clean, tolerance: 1e-9).allSatisfy { $0 })
    #expect(start([17, 3]) == images.rows([17, 3]))
    let lengths = (0..<400).map { threat.norms(of: images.row($0), around: clean.row($0))[norm] / 0.2 }
    // Uniform in a ball of 4 dimensions: P(length < t) = t⁴, of mean 4/5 and median 2^(−1/4).
    #expect(abs(lengths.reduce(0, +) / 400 - 0.8) < 0.03)
    #expect(abs(lengths.sorted()[200] - 0.8409) < 0.03)
  }
}

extension Array {
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
