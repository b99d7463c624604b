import Statistics
import Tensors
import Testing

/// Tests of two subjects on the same samples.
struct PairedTests {
  /// Values of R's `binom.test(b, b + c)$p.value`, which are sums of binomial coefficients over powers of two.
  @Test func mcNemarIsTheExactBinomialTest() {
    #expect(McNemar.exact(gained: 0, lost: 0) == 1)
    #expect(McNemar.exact(gained: 4, lost: 4) == 1)
    #expect(abs(McNemar.exact(gained: 0, lost: 5) - 2.0 / 32) < 1e-12)
    #expect(abs(McNemar.exact(gained: 1, lost: 9) - 2 * 11.0 / 1024) < 1e-12)
    #expect(abs(McNemar.exact(gained: 9, lost: 1) - 2 * 11.0 / 1024) < 1e-12)
    #expect(abs(McNemar.exact(gained: 12, lost: 3) - 2 * (1 + 15 + 105 + 455) / 32768.0) < 1e-12)
    #expect(McNemar.exact(gained: 0, lost: 400) < 1e-100)
  }

  @Test func holmStepsDown() {
    #expect(Holm.adjusted([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
    #expect(Holm.adjusted([0.5, 0.9]) == [1, 1])
    #expect(Holm.adjusted([]).isEmpty)
    let adjusted = Holm.adjusted([.nan, 0.02])
    #expect(adjusted[0].isNaN && adjusted[1] == 0.02)
  }

  private func values(_ seed: UInt64, count: Int, shift: Double) -> (first: [Double], second: [Double]) {
    var stream = RandomStream(seed: seed, ["paired"], [count])
    let first = (0..<count).map { _ in Double(stream.integer(below: 1000)) / 10 }
    // Pairs vary much less than samples do.
    return (first, first.map { $0 + shift + Double(stream.integer(below: 1000)) / 100 - 5 })
  }

  @Test func pairingFindsWhatTheSpreadOfSamplesHides() {
    let (first, second) = values(1, count: 80, shift: 2)
    let bootstrap = Bootstrap(seed: 1, replicates: 4000)
    let paired = bootstrap.difference(from: [first], to: [second]) { $0[0] }
    #expect(abs(paired.estimate.value - 2) < 1)
    #expect(paired.pValue < 0.001)
    #expect(paired.estimate.interval.low > 0)
    // Of 80 uniform errors of width 10: 10/√12/√80.
    #expect(abs(paired.standardError - 0.323) < 0.05)
    #expect(abs(paired.minimumDetectable() - (1.959964 + 0.841621) * paired.standardError) < 1e-6)
    let unpaired = Bootstrap(seed: 1).mean(of: second).interval
    #expect(unpaired.high - unpaired.low > 8)
  }

  /// The p-value is where the interval touches 0, on both sides.
  @Test func pValueAndIntervalAgree() {
    for (seed, shift) in [(2, 0.3), (3, -0.4), (4, 0.8), (5, 0), (6, -1)] as [(UInt64, Double)] {
      let (first, second) = values(seed, count: 40, shift: shift)
      var bootstrap = Bootstrap(seed: 7, replicates: 5000)
      let p = bootstrap.difference(from: [first], to: [second]) { $0[0] }.pValue
      for (level, contains) in [(1 - 0.9 * p, true), (1 - 1.1 * p, false)] where level > 0 && level < 1 {
        bootstrap.level = level
        let interval = bootstrap.difference(from: [first], to: [second]) { $0[0] }.estimate.interval
        #expect((interval.low <= 0 && interval.high >= 0) == contains, "p \(p), level \(level): \(interval)")
      }
    }
  }

  /// Where nothing differs in truth, p is about uniform.
  @Test func pValuesOfNoDifferenceAreRarelySmall() {
    var small = 0
    for seed in 0..<200 {
      let (first, second) = values(UInt64(100 + seed), count: 60, shift: 0)
      let p = Bootstrap(seed: 1, replicates: 400).difference(from: [first], to: [second]) { $0[0] }.pValue
      if p < 0.05 { small += 1 }
    }
    #expect((3...21).contains(small), "\(small) of 200 below 0.05")
  }

  @Test func equalAndSingleSamplesAreAnswered() {
    let same = Bootstrap(seed: 1).difference(from: [[1, 2, 3]], to: [[1, 2, 3]]) { $0[0] }
    #expect(same.estimate.value == 0 && same.pValue == 1 && same.standardError == 0)
    let single = Bootstrap(seed: 1).difference(from: [[1]], to: [[2]]) { $0[0] }
    #expect(single.estimate.value == 1 && single.pValue.isNaN)
    // All pairs differ by the same: as sure as so many replicates can be.
    let shifted = Bootstrap(seed: 1, replicates: 999).difference(from: [[1, 2, 3]], to: [[2, 3, 4]]) { $0[0] }
    #expect(shifted.pValue == 0.001)
  }
}
