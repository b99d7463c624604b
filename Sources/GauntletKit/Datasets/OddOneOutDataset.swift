public import Tensors

/// Three images each, one of which people took for the odd one.
public protocol OddOneOutDataset: Dataset {
  var trioCount: Int { get }
  /// Trios by index, in that order.
  func trios(_ indices: [Int]) throws -> OddOneOutTrios
  /// A name of the trio that a reader understands.
  func name(ofTrio index: Int) -> String
}

/// A batch of trios.
public struct OddOneOutTrios: Sendable {
  /// [N, C, H, W]
  public let first: Tensor
  public let second: Tensor
  /// The one that people took for the odd one.
  public let odd: Tensor

  public init(first: Tensor, second: Tensor, odd: Tensor) {
    precondition(
      first.shape == second.shape && second.shape == odd.shape,
      "trios of shapes \(first.shape), \(second.shape), \(odd.shape)")
    self.first = first
    self.second = second
    self.odd = odd
  }
}
