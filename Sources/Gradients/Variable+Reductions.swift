internal import CKernels
internal import Tensors

// Sums, accumulated in double precision in the order of the scalars.
extension Variable {
  /// The sum of all scalars: […] → [1].
  public func sum() -> Variable {
    let shape = shape
    let total = value.withScalars { $0.isEmpty ? 0 : gk_sum($0.baseAddress!, $0.count) }
    return Variable(Tensor([Float(total)], [1]), from: [self]) { g in [Tensor(repeating: g[0], shape)] }
  }

  /// The mean of all scalars: […] → [1]. At least one scalar.
  public func mean() -> Variable {
    let shape = shape
    precondition(shape.count > 0, "no mean of no scalars, got shape \(shape)")
    let total = value.withScalars { gk_sum($0.baseAddress!, $0.count) }
    return Variable(Tensor([Float(total / Double(shape.count))], [1]), from: [self]) { g in
      [Tensor(repeating: g[0] / Float(shape.count), shape)]
    }
  }

  /// The sum of each row: [N, …] → [N].
  public func rowSums() -> Variable {
    let shape = shape
    return Variable(value.rowSums(), from: [self]) { g in [g.repeatedAlongRows(to: shape)] }
  }

  /// The mean of each row: [N, …] → [N]. Rows of at least one scalar.
  public func rowMeans() -> Variable {
    let shape = shape
    let size = shape.rowCount
    precondition(size > 0, "no mean of empty rows, got shape \(shape)")
    let means = value.withScalars { source in
      (0..<shape[0]).map { Float(gk_sum(source.baseAddress! + $0 * size, size) / Double(size)) }
    }
    return Variable(Tensor(means, [shape[0]]), from: [self]) { g in
      [g.map { $0 / Float(size) }.repeatedAlongRows(to: shape)]
    }
  }
}

extension Tensor {
  /// Row i filled with scalar i: [N] → [N, …].
  func repeatedAlongRows(to shape: Shape) -> Tensor {
    let size = shape.rowCount
    return Tensor(unsafeUninitialized: shape) { target in
      withScalars { source in
        for i in source.indices { for j in i * size..<(i + 1) * size { target[j] = source[i] } }
      }
    }
  }
}
