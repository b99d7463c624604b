internal import Foundation

/// A sequence as constant pieces: the weighted Potts model.
///
/// Minimises Σ wᵢ (yᵢ − μ(i))² + γ · steps over all levels μ that are constant on pieces, where `steps` counts the
/// places at which μ may change. The minimum is exact, by dynamic programming over the last piece: O(n²) time and O(n)
/// memory. Among equal minima the one whose last piece starts first is taken, so the answer does not depend on
/// anything else.
///
/// Source: Potts's functional as in Friedrich, Kempe, Liebscher and Winkler, "Complexity penalized M-estimation: fast
/// computation", Journal of Computational and Graphical Statistics 17 (2008).
public struct PottsModel: Hashable, Sendable {
  /// A stretch of the sequence, and the weighted mean of its values.
  public struct Piece: Hashable, Sendable {
    public let range: Range<Int>
    public let level: Double

    public init(range: Range<Int>, level: Double) {
      self.range = range
      self.level = level
    }
  }

  /// In order; they cover the sequence.
  public let pieces: [Piece]
  /// The minimum.
  public let cost: Double

  /// - Parameters:
  ///   - values: y, finite. Without any there is no piece.
  ///   - weights: w, positive and finite, one for each value.
  ///   - penalty: γ, at least 0, in the units of w·y².
  public init(fitting values: [Double], weights: [Double], penalty: Double) {
    precondition(values.count == weights.count, "\(values.count) values with \(weights.count) weights")
    precondition(
      values.allSatisfy(\.isFinite) && weights.allSatisfy { $0 > 0 && $0.isFinite } && penalty >= 0,
      "values are finite, weights positive, and the penalty is at least 0")
    guard !values.isEmpty else {
      (pieces, cost) = ([], 0)
      return
    }
    let sums = PottsModel.Sums(values, weights)
    // best[e]: the least cost of the first e values, its last piece paid for as if a step led to it.
    var best = [-penalty] + [Double](repeating: .infinity, count: values.count)
    var start = [Int](repeating: 0, count: values.count + 1)
    for end in 1...values.count {
      for first in 0..<end {
        let cost = best[first] + penalty + sums.deviation(first..<end)
        if cost < best[end] { (best[end], start[end]) = (cost, first) }
      }
    }
    var pieces: [Piece] = []
    var end = values.count
    while end > 0 {
      let range = start[end]..<end
      pieces.append(Piece(range: range, level: sums.mean(range)))
      end = start[end]
    }
    self.pieces = pieces.reversed()
    cost = best[values.count]
  }

  /// Sums of w, wy and wy² up to every place, of values about their mean: differences of sums stay exact to rounding.
  private struct Sums {
    private let centre: Double
    private var weight = [0.0]
    private var first = [0.0]
    private var second = [0.0]

    init(_ values: [Double], _ weights: [Double]) {
      centre = values.reduce(0, +) / Double(values.count)
      for (value, w) in zip(values, weights) {
        let y = value - centre
        weight.append(weight[weight.count - 1] + w)
        first.append(first[first.count - 1] + w * y)
        second.append(second[second.count - 1] + w * y * y)
      }
    }

    func mean(_ range: Range<Int>) -> Double {
      centre + (first[range.upperBound] - first[range.lowerBound])
        / (weight[range.upperBound] - weight[range.lowerBound])
    }

    /// Σ w (y − mean)² of a range.
    func deviation(_ range: Range<Int>) -> Double {
      let total = weight[range.upperBound] - weight[range.lowerBound]
      let sum = first[range.upperBound] - first[range.lowerBound]
      return max(0, second[range.upperBound] - second[range.lowerBound] - sum * sum / total)
    }
  }
}

extension PottsModel {
  /// With fewer values a step cannot be told from noise by its neighbours.
  private static let fewest = 8

  /// A penalty for values whose noise is not known: γ = 3 σ² ln n, with σ² the variance of a value of weight 1.
  ///
  /// σ is the median of |yᵢ₊₁ − yᵢ| / √(1/wᵢ + 1/wᵢ₊₁), times 1.4826 (the deviation of a normal variable of that
  /// median): few steps do not move a median. It is at least `floor`, and `floor` where there are fewer than 8 values.
  ///
  /// Source of 3 ln n, for the logarithm of a likelihood ratio is half of the gain: Zhang and Siegmund, "A modified Bayes
  /// information criterion with applications to the analysis of comparative genomic hybridization data", Biometrics 63
  /// (2007).
  public static func penalty(for values: [Double], weights: [Double], floor: Double) -> Double {
    precondition(values.count == weights.count, "\(values.count) values with \(weights.count) weights")
    precondition(floor >= 0, "a deviation is at least 0, got \(floor)")
    guard values.count > 1 else { return floor * floor }
    var noise = floor
    if values.count >= fewest {
      let changes = values.indices.dropLast().map { i in
        abs(values[i + 1] - values[i]) / (1 / weights[i] + 1 / weights[i + 1]).squareRoot()
      }.sorted()
      let middle = changes.count / 2
      let median = changes.count % 2 == 1 ? changes[middle] : 0.5 * (changes[middle - 1] + changes[middle])
      noise = max(floor, 1.4826 * median)
    }
    return 3 * noise * noise * log(Double(values.count))
  }
}
