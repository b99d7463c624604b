internal import Gradients
public import Tensors

/// What a metric answers to one two-alternative question under noise on the reference: counted for `SmoothedVote`.
public struct NoisyVotes: Hashable, Sendable {
  public private(set) var first = 0
  public private(set) var second = 0
  /// How often it was asked: also where both were equally near, or a distance was not finite.
  public private(set) var count = 0

  public init() {}

  /// Asks a metric about one reference with independent noise N(0, σ² I), unclipped, for each of the draws.
  ///
  /// Draws are keyed by (seed, sample, number), so that more of them keep those before, and the batch does not matter.
  /// - Parameters:
  ///   - metric: the base, without the noise.
  ///   - reference: [1, C, H, W].
  ///   - first: the features of the first candidate (one row), and `second` those of the second.
  ///   - draws: the numbers of the draws; those of a selection and of the estimate must not overlap.
  ///   - batch: how many are asked at once.
  /// - Throws: what the metric throws.
  public mutating func ask(
    _ metric: any Metric, about reference: Tensor, first: Features, second: Features, sigma: Float, draws: Range<Int>,
    seed: UInt64, sample: Int, batch: Int = 64
  ) throws {
    precondition(
      reference.rows == 1 && first.count == 1 && second.count == 1,
      "one question expected, got \(reference.rows) references, \(first.count) and \(second.count) candidates")
    for start in stride(from: draws.lowerBound, to: draws.upperBound, by: max(1, batch)) {
      let numbers = start..<min(start + max(1, batch), draws.upperBound)
      let noisy = Tensor(
        concatenating: numbers.map { number in
          var stream = RandomStream(seed: seed, ["noisy-votes"], [sample, number])
          return reference + Tensor(normal: reference.shape, deviation: sigma, using: &stream)
        })
      let same = [Int](repeating: 0, count: numbers.count)
      let images = Variable(constant: noisy)
      let (a, b) = (
        try metric.distances(from: images, to: first.rows(same)).value,
        try metric.distances(from: images, to: second.rows(same)).value
      )
      for row in 0..<numbers.count {
        let credit = twoAlternativeCredit(votes: 1, first: a[row], second: b[row])
        if credit == 1 { self.second += 1 } else if credit == 0 { self.first += 1 }
      }
      count += numbers.count
    }
  }
}
