public import Tensors

extension Triplets {
  /// Whether the second candidate is the nearer one, by the votes; at one half exactly the first stands in for it.
  public var isSecondNearer: [Bool] { votes.map { $0 > 0.5 } }

  /// The candidates that are nearer to their references by the votes: [N, C, H, W].
  public var nearer: Tensor { picked(isSecondNearer) }
  /// The other candidates.
  public var farther: Tensor { picked(isSecondNearer.map { !$0 }) }

  private func picked(_ takesSecond: [Bool]) -> Tensor {
    Tensor(concatenating: [first, second]).rows(
      takesSecond.indices.map { takesSecond[$0] ? $0 + votes.count : $0 })
  }

  /// The images that an adversary may change, a row a triplet: [N, k·C, H, W], in the order of `MovedImages`.
  public func images(_ moved: MovedImages) -> Tensor {
    let parts =
      (moved.includesReference ? [references] : []) + (moved.includesNearer ? [nearer] : [])
      + (moved.includesFarther ? [farther] : [])
    guard parts.count > 1 else { return parts[0] }
    let shape = parts[0].shape
    // Row by row, one image behind the other.
    let order = (0..<shape[0]).flatMap { row in parts.indices.map { $0 * shape[0] + row } }
    return Tensor(concatenating: parts).rows(order).reshaped(
      Shape([shape[0], parts.count * shape[1]] + shape.extents[2...]))
  }
}
