internal import Results
internal import Statistics

/// The samples that two tables have in common, in one order.
struct PairedTables {
  private let one: SampleRecord.Table
  private let other: SampleRecord.Table
  /// Places in `one` and in `other` of the common samples.
  let left: [Int]
  private let right: [Int]
  /// Samples that only one of them has.
  var omitted: Int { one.samples.count + other.samples.count - 2 * left.count }

  init(_ one: SampleRecord.Table, _ other: SampleRecord.Table) {
    self.one = one
    self.other = other
    let places = Dictionary(other.samples.enumerated().map { ($1, $0) }) { first, _ in first }
    let common = one.samples.indices.compactMap { place in places[one.samples[place]].map { (place, $0) } }
    left = common.map(\.0)
    right = common.map(\.1)
  }

  /// - Parameter known: the difference, where it need not be resampled again.
  func row(
    _ score: SampleRecord.Score, _ twin: SampleRecord.Score, seed: UInt64, replicates: Int, level: Double,
    known: PairedDifference? = nil
  ) -> Comparison.Row {
    let first = score.columns.map { name in left.map { one.columns[name]?[$0] ?? .nan } }
    let second = twin.columns.map { name in right.map { other.columns[name]?[$0] ?? .nan } }
    let combination = score.combination
    let bootstrap = Bootstrap(seed: seed, purpose: [one.dataset], replicates: replicates, level: level)
    let difference = known ?? bootstrap.difference(from: first, to: second) { combination.value($0) }
    func value(_ columns: [[Double]]) -> Double {
      combination.value(columns.map { $0.reduce(0, +) / Double($0.count) })
    }
    let isSingle = first.count == 1 && second.count == 1
    let isBinary = isSingle && (first[0] + second[0]).allSatisfy { $0 == 0 || $0 == 100 }
    var (test, pValue) = (Comparison.Test.bootstrap, difference.pValue)
    if isBinary {
      let gained = zip(first[0], second[0]).count { $0 < $1 }
      let lost = zip(first[0], second[0]).count { $0 > $1 }
      (test, pValue) = (.mcNemar, McNemar.exact(gained: gained, lost: lost))
    }
    return Comparison.Row(
      firstSubject: one.subject, secondSubject: other.subject, dataset: one.dataset, score: score, n: left.count,
      first: value(first), second: value(second), difference: difference, test: test, pValue: pValue,
      adjustedPValue: pValue, changes: isSingle ? changes(first[0], second[0]) : [])
  }

  private func changes(_ first: [Double], _ second: [Double]) -> [Comparison.Change] {
    let changed = first.indices.filter { first[$0] != second[$0] }
    return changed.sorted { (abs(second[$0] - first[$0]), $1) > (abs(second[$1] - first[$1]), $0) }.map { place in
      Comparison.Change(
        sample: one.samples[left[place]], name: one.names[left[place]], first: first[place], second: second[place])
    }
  }
}
