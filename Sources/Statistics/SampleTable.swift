/// The per-sample values of several quantities over the same samples: what a score of several means is computed from.
///
/// ERS, for example, is the mean of ten components, each a mean over the same queries; resampling a query takes or
/// leaves its value in every component at once. A sample may lack a value in a column (nil); the column's mean is
/// over those it has.
public struct SampleTable: Sendable {
  /// Number of samples, n.
  public let count: Int
  /// Number of quantities, C.
  public let columns: Int
  /// [n, C], zero where missing.
  let values: [Double]
  /// [n, C], 1 where there is a value and 0 where it is missing; nil if none is missing.
  let presence: [Double]?

  /// - Parameter columns: C columns of n values each; nil is a missing value, NaN is a value that spoils its mean.
  public init(columns: [[Double?]]) {
    let count = columns.first?.count ?? 0
    precondition(
      columns.allSatisfy { $0.count == count }, "columns of one table have \(columns.map(\.count)) samples")
    let width = columns.count
    var values = [Double](repeating: 0, count: count * width)
    var presence = [Double](repeating: 1, count: count * width)
    var isComplete = true
    for (c, column) in columns.enumerated() {
      for (i, value) in column.enumerated() {
        values[i * width + c] = value ?? 0
        if value == nil {
          presence[i * width + c] = 0
          isComplete = false
        }
      }
    }
    self.count = count
    self.columns = width
    self.values = values
    self.presence = isComplete ? nil : presence
  }

  /// The sum of every column, and how many values it has, each sample taken `weights[i]` times (once if nil).
  func sums(weights: [Int32]? = nil) -> Sums {
    var sums = Sums(totals: [Double](repeating: 0, count: columns), counts: [Double](repeating: 0, count: columns))
    values.withUnsafeBufferPointer { values in
      for i in 0..<count {
        let weight = Double(weights?[i] ?? 1)
        // Two thirds of the samples occur in a replicate; NaN must not leak from the others.
        if weight == 0 { continue }
        for c in 0..<columns { sums.totals[c] += weight * values[i * columns + c] }
        if let presence {
          for c in 0..<columns { sums.counts[c] += weight * presence[i * columns + c] }
        } else {
          for c in 0..<columns { sums.counts[c] += weight }
        }
      }
    }
    return sums
  }

  /// What the sums are without one sample.
  func sums(_ all: Sums, without sample: Int) -> Sums {
    var sums = all
    for c in 0..<columns {
      sums.totals[c] -= values[sample * columns + c]
      sums.counts[c] -= presence?[sample * columns + c] ?? 1
    }
    return sums
  }

  struct Sums: Sendable {
    var totals: [Double]
    var counts: [Double]

    /// The means of the columns; NaN for a column without a value.
    var means: [Double] { zip(totals, counts).map { $1 == 0 ? .nan : $0 / $1 } }
  }
}
