internal import Tensors

/// A score with its bootstrap replicates and its values without each of the samples.
///
/// Where many subjects were asked the same samples, each is resampled once: a pair's difference is then the difference
/// of their replicates, with the same bits as ``Bootstrap/difference(from:to:_:)`` of the pair.
public struct ReplicatedScore: Sendable {
  /// A score as a function of the means of columns.
  public struct Function: Sendable {
    /// C columns of n values.
    public let columns: [[Double]]
    /// From C means to the score. Must be pure.
    public let combine: @Sendable ([Double]) -> Double

    public init(_ columns: [[Double]], _ combine: @escaping @Sendable ([Double]) -> Double) {
      self.columns = columns
      self.combine = combine
    }
  }

  /// The score of the samples as they are.
  public let value: Double
  /// Number of samples.
  public let count: Int
  private let bootstrap: Bootstrap
  private let replicated: [Double]
  private let jackknife: [Double]

  /// Scores of the same samples, resampled together: every replicate is drawn once for all of them.
  ///
  /// Cost: replicates · n draws, and replicates · n · ΣC additions.
  public static func all(_ functions: [Function], resampledBy bootstrap: Bootstrap) -> [ReplicatedScore] {
    let table = SampleTable(columns: functions.flatMap(\.columns))
    let sums = table.sums()
    let starts = functions.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.columns.count) }
    @Sendable func values(_ sums: SampleTable.Sums) -> [Double] {
      let means = sums.means
      return functions.indices.map { functions[$0].combine(Array(means[starts[$0]..<starts[$0 + 1]])) }
    }
    let isSpread = table.count > 1
    let replicates = collect(isSpread ? bootstrap.replicates : 0, functions.count) {
      values(bootstrap.sums(of: table, replicate: $0))
    }
    let jackknife = collect(isSpread ? table.count : 0, functions.count) { values(table.sums(sums, without: $0)) }
    return values(sums).enumerated().map { place, value in
      ReplicatedScore(
        value: value, count: table.count, bootstrap: bootstrap, replicated: replicates[place],
        jackknife: jackknife[place])
    }
  }

  /// Second minus first; both of the same samples in the same order, resampled by the same bootstrap.
  public static func difference(from first: ReplicatedScore, to second: ReplicatedScore) -> PairedDifference {
    precondition(
      first.bootstrap == second.bootstrap && first.count == second.count,
      "\(first.count) samples are paired with \(second.count), or resampled otherwise")
    func differences(_ one: [Double], _ other: [Double]) -> [Double] { zip(one, other).map { $1 - $0 } }
    let spread = first.bootstrap.summary(
      count: first.count, value: second.value - first.value,
      replicated: differences(first.replicated, second.replicated),
      jackknife: { differences(first.jackknife, second.jackknife) })
    return PairedDifference(
      estimate: spread.estimate, pValue: spread.pValue(of: 0), standardError: spread.standardError)
  }

  /// body(0), body(1), … of `width` values each, computed by the workers, as one list for each of the values.
  private static func collect(
    _ count: Int, _ width: Int, _ body: @Sendable (Int) -> [Double]
  ) -> [[Double]] {
    let flat = [Double](unsafeUninitializedCapacity: count * width) { buffer, initialized in
      // Every piece writes its own elements, so the pointer is shared without a race.
      nonisolated(unsafe) let base = buffer.baseAddress
      Workers.forEach(count) { index in
        for (place, value) in body(index).enumerated() { (base! + place * count + index).initialize(to: value) }
      }
      initialized = count * width
    }
    return (0..<width).map { Array(flat[$0 * count..<($0 + 1) * count]) }
  }
}
