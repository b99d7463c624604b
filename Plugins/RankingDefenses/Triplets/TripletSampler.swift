package import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

/// Who are the positive and the negative of each anchor of a batch of pairs (retrieval specification, section 3).
///
/// Anchor i is row 2i, its positive row 2i + 1 unless said otherwise; negatives are rows of another class. d is the
/// distance of the geometry, D the embedding's dimension. An anchor draws from its own stream.
package enum TripletSampler: String, CaseIterable, Sendable {
  /// Uniform among negatives.
  case random
  /// Uniform among negatives with d(a,p) < d(a,n) < d(a,p) + margin; if there is none, among all negatives.
  case semiHard = "semi-hard"
  /// Negative: uniform among those nearer than the farthest row of the class. Positive: uniform among rows of the class
  /// (the anchor's own included) farther than the nearest negative. Each falls back to all of its kind.
  case softHard = "soft-hard"
  /// Negative drawn with probability in proportion to 1/q(d): log(1/q) = (2 − D) ln d − ((D − 3)/2) ln(1 − d²/4).
  case distance
  /// The nearest negative; the first of equals.
  case hardest

  /// Whether the sampler looks at distances.
  package var needsDistances: Bool { self != .random }

  /// - Parameters:
  ///   - labels: of 2m rows.
  ///   - distances: [2m, 2m] of the batch's clean placed embeddings; only `random` does without.
  ///   - margin: the band of `semiHard`.
  ///   - stream: the randomness of an anchor, by its place among anchors.
  package func triplets(
    labels: [Int], distances: Tensor?, margin: Float, dimension: Int, stream: (Int) -> RandomStream
  ) -> BatchTriplets {
    precondition(labels.count.isMultiple(of: 2), "a batch of pairs has an even number of rows, got \(labels.count)")
    precondition(
      distances.map { $0.shape == [labels.count, labels.count] } ?? !needsDistances,
      "distances \(distances.map { "\($0.shape)" } ?? "missing") of \(labels.count) rows")
    var result = BatchTriplets()
    for i in 0..<labels.count / 2 {
      var stream = stream(i)
      let row = distances.map { $0.row(2 * i).scalars } ?? []
      let (positive, negative) = pick(
        anchor: 2 * i, labels: labels, distances: row, margin: margin, dimension: dimension, using: &stream)
      result.anchors.append(2 * i)
      result.positives.append(positive)
      result.negatives.append(negative)
    }
    return result
  }

  private func pick(
    anchor: Int, labels: [Int], distances d: [Float], margin: Float, dimension: Int, using stream: inout RandomStream
  ) -> (positive: Int, negative: Int) {
    let same = labels.indices.filter { labels[$0] == labels[anchor] }
    let others = labels.indices.filter { labels[$0] != labels[anchor] }
    // A batch of one class has no negative: any row stands in for one.
    let negatives = others.isEmpty ? Array(labels.indices) : others
    let partner = anchor + 1
    switch self {
    case .random:
      return (partner, negatives.drawn(using: &stream))
    case .semiHard:
      let band = others.filter { d[partner] < d[$0] && d[partner] - d[$0] + margin > 0 }
      return (partner, (band.isEmpty ? negatives : band).drawn(using: &stream))
    case .softHard:
      let farthest = same.map { d[$0] }.max() ?? 0
      let nearest = others.map { d[$0] }.min() ?? .infinity
      let hardNegatives = others.filter { d[$0] < farthest }
      let hardPositives = same.filter { d[$0] > nearest }
      let negative = (hardNegatives.isEmpty ? negatives : hardNegatives).drawn(using: &stream)
      return ((hardPositives.isEmpty ? same : hardPositives).drawn(using: &stream), negative)
    case .distance:
      let weights = TripletSampler.inverseDensities(negatives.map { d[$0] }, dimension: dimension)
      var left = stream.uniformDouble() * weights.reduce(0, +)
      for (row, weight) in zip(negatives, weights) where weight > 0 {
        if left < weight { return (partner, row) }
        left -= weight
      }
      return (partner, negatives[weights.lastIndex { $0 > 0 } ?? 0])
    case .hardest:
      return (partner, negatives.min { (d[$0], $0) < (d[$1], $1) } ?? partner)
    }
  }

  /// 1/q(d), up to a factor common to all: exponentiated after the largest logarithm was taken off. A weight that is not a
  /// finite number (d = 0, d ≥ 2) is 0; if all are, each is 1e-7.
  package static func inverseDensities(_ distances: [Float], dimension: Int) -> [Double] {
    let logarithms = distances.map { distance in
      let (d, n) = (Double(distance), Double(dimension))
      return (2 - n) * log(d) - (n - 3) / 2 * log(1 - d * d / 4)
    }
    let largest = logarithms.filter(\.isFinite).max() ?? 0
    let weights = logarithms.map { $0.isFinite ? exp($0 - largest) : 0 }
    return weights.contains { $0 > 0 } ? weights : weights.map { _ in 1e-7 }
  }
}

extension Array where Element == Int {
  fileprivate func drawn(using stream: inout RandomStream) -> Int { self[stream.integer(below: count)] }
}
