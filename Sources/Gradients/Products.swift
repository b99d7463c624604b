internal import CKernels
public import Tensors

/// The scalar product of rows at the same place: [N, D], [N, D] → [N].
///
/// ∂a = g·b, ∂b = g·a. The bits are those of `productMatrix`.
public func pairedProducts(_ a: Variable, _ b: Variable) -> Variable {
  precondition(a.shape.rank == 2 && a.shape == b.shape, "two of [N, D] expected, got \(a.shape) and \(b.shape)")
  let (x, y) = (a.value, b.value)
  let size = x.shape[1]
  let products = Tensor(unsafeUninitialized: [x.rows]) { target in
    x.withScalars { x in
      y.withScalars { y in
        for i in target.indices {
          gk_matmul_nt(x.shared.value + i * size, y.shared.value + i * size, target.shared.value + i, 1, 1, size)
        }
      }
    }
  }
  let (first, second) = (a.takesGradient, b.takesGradient)
  return Variable(products, from: [a, b]) { g in [first ? y.scaledRows(g) : nil, second ? x.scaledRows(g) : nil] }
}

/// All scalar products of rows: [N, D], [M, D] → [N, M]. ∂a = g·b, ∂b = gᵀ·a.
public func productMatrix(_ a: Variable, _ b: Variable) -> Variable {
  let (x, y) = (a.value, b.value)
  let (first, second) = (a.takesGradient, b.takesGradient)
  return Variable(x.matmul(transposed: y), from: [a, b]) { g in
    [first ? g.matmul(y) : nil, second ? g.transposedMatmul(x) : nil]
  }
}

/// All scalar products of rows with fixed ones: [N, D], [M, D] → [N, M].
public func productMatrix(_ a: Variable, _ fixed: Tensor) -> Variable { productMatrix(a, Variable(constant: fixed)) }

/// a · b: [M, K], [K, N] → [M, N]. ∂a = g·bᵀ, ∂b = aᵀ·g.
public func matrixProduct(_ a: Variable, _ b: Variable) -> Variable {
  let (x, y) = (a.value, b.value)
  let (first, second) = (a.takesGradient, b.takesGradient)
  return Variable(x.matmul(y), from: [a, b]) { g in
    [first ? g.matmul(transposed: y) : nil, second ? x.transposedMatmul(g) : nil]
  }
}

extension Variable {
  /// A row added to every row: [N, D] + [D] → [N, D]. ∂row = Σ over rows of g.
  public func adding(row: Variable) -> Variable {
    let (shape, other) = (shape, row.shape)
    precondition(shape.rank == 2 && other == [shape[1]], "[N, D] + [D] expected, got \(shape) + \(other)")
    let sum = Tensor(unsafeUninitialized: shape) { target in
      value.withScalars { x in
        row.value.withScalars { y in for i in x.indices { target[i] = x[i] + y[i % y.count] } }
      }
    }
    let (first, second) = (takesGradient, row.takesGradient)
    return Variable(sum, from: [self, row]) { g in
      var total = [Double](repeating: 0, count: other.count)
      if second { g.withScalars { for i in $0.indices { total[i % total.count] += Double($0[i]) } } }
      return [first ? g : nil, second ? Tensor(total.map { Float($0) }, other) : nil]
    }
  }
}

extension Tensor {
  /// Row i times scalar i: [N, D] · [N] → [N, D].
  func scaledRows(_ scales: Tensor) -> Tensor {
    let size = shape.rowCount
    var result = self
    result.withMutableScalars { target in
      for row in 0..<scales.count {
        let scale = scales[row]
        for i in row * size..<(row + 1) * size { target[i] *= scale }
      }
    }
    return result
  }
}
