import Statistics
import Tensors
import Testing

@Suite(.serialized) struct BootstrapTests {
  private func bootstrap(_ name: String, _ kind: Bootstrap.Kind) -> Bootstrap {
    Bootstrap(seed: 5, purpose: ["golden", name], replicates: 400, kind: kind)
  }

  private func estimate(_ golden: Golden.Resampling, _ kind: Bootstrap.Kind) -> Estimate {
    let bootstrap = bootstrap(golden.name, kind)
    let columns = golden.columns
    switch golden.name {
    case "mean": return bootstrap.mean(of: columns[0])
    case "ratio": return bootstrap.ratio(of: columns[0], to: columns[1])
    case "score":
      return bootstrap.means(of: SampleTable(columns: columns)) { ($0[0] + 2 * $0[1] + 100 - $0[2]) / 3 }
    default:
      return bootstrap.statistic(count: columns[0].count) { indices in
        indices.map { columns[0][$0] }.sorted()[indices.count / 2]
      }
    }
  }

  @Test func intervalsAreSciPysForTheSameReplicates() throws {
    let all = try Golden.load().bootstraps
    #expect(all.map(\.name) == ["mean", "ratio", "score", "median"])
    for golden in all {
      let count = golden.columns[0].count
      #expect(bootstrap(golden.name, .bca).indices(replicate: 0, count: count) == golden.first)
      for (kind, expected) in [(Bootstrap.Kind.percentile, golden.percentile), (.bca, golden.bca)] {
        let estimate = estimate(golden, kind)
        #expect(agree(estimate.value, golden.value, 1e-13))
        let ends = [estimate.interval.low, estimate.interval.high]
        for (mine, theirs) in zip(ends, expected) {
          #expect(agree(mine, theirs, 1e-9), "\(golden.name), \(kind): \(mine), SciPy \(theirs)")
        }
      }
    }
  }

  @Test func threadsDoNotMatter() {
    let values = (0..<300).map { Double(($0 * 7919) % 101) }
    let wanted = Workers.count
    defer { Workers.count = wanted }
    Workers.count = 1
    let alone = Bootstrap(seed: 3).mean(of: values)
    Workers.count = 4
    #expect(Bootstrap(seed: 3).mean(of: values) == alone)
    #expect(Bootstrap(seed: 4).mean(of: values) != alone)
    #expect(Bootstrap(seed: 3, purpose: ["other"]).mean(of: values) != alone)
  }

  @Test func tableAndIndicesAgree() {
    let columns = (0..<10).map { c in (0..<80).map { Double(($0 * 37 + c * 11) % 53) } }
    let bootstrap = Bootstrap(seed: 1, replicates: 300)
    let fast = bootstrap.means(of: SampleTable(columns: columns)) { $0.reduce(0, +) / 10 }
    let slow = bootstrap.statistic(count: 80) { indices in
      columns.reduce(0) { sum, column in sum + indices.reduce(0) { $0 + column[$1] } / Double(indices.count) } / 10
    }
    #expect(agree(fast.value, slow.value, 1e-12))
    #expect(agree(fast.interval.low, slow.interval.low, 1e-12))
    #expect(agree(fast.interval.high, slow.interval.high, 1e-12))
  }

  @Test func missingValuesAreLeftOutOfTheirColumn() {
    let bootstrap = Bootstrap(seed: 1)
    let sparse: [Double?] = [1, nil, 3, nil, 5, nil]
    let full: [Double?] = [10, 10, 10, 10, 10, 10]
    let estimate = bootstrap.means(of: SampleTable(columns: [sparse, full])) { $0[0] + $0[1] }
    #expect(estimate.value == 13)
    #expect(estimate.interval.isDefined)
    let none = bootstrap.means(of: SampleTable(columns: [[nil, nil, nil]])) { $0[0] }
    #expect(none.value.isNaN && !none.interval.isDefined)
  }

  @Test func degenerateSamples() {
    let bootstrap = Bootstrap(seed: 1)
    let empty = bootstrap.mean(of: [])
    #expect(empty.value.isNaN && !empty.interval.isDefined && empty.n == 0)
    let one = bootstrap.mean(of: [4])
    #expect(one.value == 4 && !one.interval.isDefined && one.n == 1)
    let equal = bootstrap.mean(of: [Double](repeating: 0.1, count: 7))
    #expect(equal.interval.low == equal.value && equal.interval.high == equal.value)
    let spoilt = bootstrap.mean(of: [1, .nan, 3])
    #expect(spoilt.value.isNaN && !spoilt.interval.isDefined)
    let two = bootstrap.mean(of: [0, 1])
    #expect(two.interval.low == 0 && two.interval.high == 1)
  }

  @Test func coversTheTruthAboutAsOftenAsItSays() {
    // 200 experiments of 60 uniform draws: 95% intervals hold the mean in 0.95 ± 4 standard deviations of such a count.
    var hits = 0
    for experiment in 0..<200 {
      var stream = RandomStream(seed: 99, ["coverage"], [experiment])
      let interval = Bootstrap(seed: 1, replicates: 400).mean(of: (0..<60).map { _ in stream.uniformDouble() }).interval
      if interval.low <= 0.5 && 0.5 <= interval.high { hits += 1 }
    }
    #expect((178...200).contains(hits), "\(hits) of 200 intervals hold the mean")
  }
}
