internal import CKernels
internal import Tensors

extension Tensor {
  /// Which rows are not the same numbers as those of another tensor of the same shape; what is not a number differs.
  func rowsThatDiffer(from other: Tensor) -> [Bool] {
    precondition(shape == other.shape, "\(other.shape) cannot be compared with \(shape) row by row")
    let size = shape.rowCount
    return withScalars { x in
      other.withScalars { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return [] }
        return (0..<rows).map { gk_all_equal(x + $0 * size, y + $0 * size, size) == 0 }
      }
    }
  }
}
