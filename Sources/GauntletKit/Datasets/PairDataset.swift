public import Tensors

/// Pairs of images that people took for the same, or not.
public protocol PairDataset: Dataset {
  var count: Int { get }
  /// Pairs by index, in that order.
  func pairs(_ indices: [Int]) throws -> Pairs
  /// The part of the dataset that the pair belongs to: the score is the mean of the parts' scores.
  func group(of index: Int) -> String
  /// A name of the pair that a reader understands.
  func name(of index: Int) -> String
}

/// A batch of pairs.
public struct Pairs: Sendable {
  /// [N, C, H, W]
  public let first: Tensor
  public let second: Tensor
  /// The share of people, in [0, 1], who took both for the same.
  public let same: [Float]

  public init(first: Tensor, second: Tensor, same: [Float]) {
    precondition(
      first.shape == second.shape && same.count == first.rows,
      "pairs of shapes \(first.shape), \(second.shape) with \(same.count) votes")
    self.first = first
    self.second = second
    self.same = same
  }
}
