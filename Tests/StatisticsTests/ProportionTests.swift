import Statistics
import Testing

@Suite struct ProportionTests {
  @Test func intervalsAreSciPys() throws {
    for share in try Golden.load().proportions {
      let wilson = Proportion.wilson(successes: Double(share.successes), of: share.n, level: share.level)
      let exact = Proportion.clopperPearson(successes: share.successes, of: share.n, level: share.level)
      for (mine, theirs) in zip([wilson.low, wilson.high], share.wilson) {
        #expect(agree(mine, theirs, 1e-12), "Wilson, \(share.successes)/\(share.n): \(mine), SciPy \(theirs)")
      }
      for (mine, theirs) in zip([exact.low, exact.high], share.exact) {
        #expect(agree(mine, theirs, 1e-10), "Clopper-Pearson, \(share.successes)/\(share.n): \(mine), SciPy \(theirs)")
      }
    }
  }

  @Test func nothingIsKnownOfNoTrial() {
    for interval in [Proportion.wilson(successes: 0, of: 0), Proportion.clopperPearson(successes: 0, of: 0)] {
      #expect(interval.low == 0 && interval.high == 1)
    }
  }

  @Test func endsAreExactAtNoneAndAll() {
    #expect(Proportion.wilson(successes: 0, of: 37).low == 0)
    #expect(Proportion.wilson(successes: 37, of: 37).high == 1)
    #expect(Proportion.clopperPearson(successes: 0, of: 37).low == 0)
    #expect(Proportion.clopperPearson(successes: 37, of: 37).high == 1)
  }

  @Test func exactIntervalIsNotNarrowerThanItsPromise() {
    // Coverage of Clopper-Pearson at n = 20, by summing the binomial distribution, is at least the level.
    for p in [0.03, 0.2, 0.5, 0.77] {
      var coverage = 0.0
      var mass = (0..<20).reduce(1.0) { product, _ in product * (1 - p) }
      for s in 0...20 {
        let interval = Proportion.clopperPearson(successes: s, of: 20, level: 0.9)
        if interval.low <= p && p <= interval.high { coverage += mass }
        mass *= Double(20 - s) / Double(s + 1) * p / (1 - p)
      }
      #expect(coverage >= 0.9, "at p = \(p) the coverage is \(coverage)")
    }
  }

  @Test func fractionsLieBetweenTheirNeighbours() {
    let half = Proportion.wilson(successes: 10.5, of: 20)
    #expect(half.low > Proportion.wilson(successes: 10, of: 20).low)
    #expect(half.high < Proportion.wilson(successes: 11, of: 20).high)
    #expect(!Proportion.wilson(successes: .nan, of: 20).isDefined)
  }
}
