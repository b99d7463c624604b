internal import CKernels

// Sums that are the same in every batch, at every position and with every number of threads: see CKernels.h.
extension Tensor {
  /// self · otherᵀ: [M, K] × [N, K] → [M, N].
  public func matmul(transposed other: Tensor) -> Tensor {
    precondition(
      shape.rank == 2 && other.shape.rank == 2 && shape[1] == other.shape[1],
      "[M, K] × [N, K] expected, got \(shape) × \(other.shape)")
    return product(other, rows: shape[0], columns: other.shape[0], inner: shape[1], gk_matmul_nt)
  }

  /// self · other: [M, K] × [K, N] → [M, N].
  public func matmul(_ other: Tensor) -> Tensor {
    precondition(
      shape.rank == 2 && other.shape.rank == 2 && shape[1] == other.shape[0],
      "[M, K] × [K, N] expected, got \(shape) × \(other.shape)")
    return product(other, rows: shape[0], columns: other.shape[1], inner: shape[1], gk_matmul_nn)
  }

  /// selfᵀ · other: [K, M] × [K, N] → [M, N].
  public func transposedMatmul(_ other: Tensor) -> Tensor {
    precondition(
      shape.rank == 2 && other.shape.rank == 2 && shape[0] == other.shape[0],
      "[K, M] × [K, N] expected, got \(shape) × \(other.shape)")
    return Tensor(unsafeUninitialized: [shape[1], other.shape[1]]) { c in
      withScalars { a in
        other.withScalars { b in
          gk_matmul_tn(a.baseAddress!, b.baseAddress!, c.baseAddress!, shape[1], other.shape[1], shape[0])
        }
      }
    }
  }

  private typealias Kernel =
    @Sendable (
      UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int, Int
    ) -> Void

  private func product(
    _ other: Tensor, rows: Int, columns: Int, inner: Int, _ kernel: @escaping Kernel
  ) -> Tensor {
    Tensor(unsafeUninitialized: [rows, columns]) { c in
      withScalars { a in
        other.withScalars { b in
          // Small products are not worth waking a worker for.
          let block = rows * columns * inner < 1 << 18 ? max(rows, 1) : 16
          let blocks = (rows + block - 1) / block
          let (pa, pb, pc) = (Unchecked(a.baseAddress!), Unchecked(b.baseAddress!), Unchecked(c.baseAddress!))
          Workers.forEach(blocks) { i in
            let first = i * block
            let size = Swift.min(block, rows - first)
            kernel(pa.value + first * inner, pb.value, pc.value + first * columns, size, columns, inner)
          }
        }
      }
    }
  }

  /// The sum of each row, accumulated in double precision: [N, …] → [N].
  public func rowSums() -> Tensor {
    let size = shape.rowCount
    return Tensor(unsafeUninitialized: [rows]) { target in
      withScalars { source in
        for i in target.indices { target[i] = Float(gk_sum(source.baseAddress! + i * size, size)) }
      }
    }
  }

  /// The ℓ2 norm of each row, accumulated in double precision: [N, …] → [N].
  public func rowNorms() -> Tensor {
    let size = shape.rowCount
    return Tensor(unsafeUninitialized: [rows]) { target in
      withScalars { source in
        for i in target.indices {
          let row = source.baseAddress! + i * size
          target[i] = Float(gk_dot(row, row, size).squareRoot())
        }
      }
    }
  }

  /// Rows divided by max(‖row‖₂, 1e-12): [N, D] → [N, D].
  public func normalizedRows() -> Tensor {
    let norms = rowNorms()
    let size = shape.rowCount
    var copy = self
    copy.withMutableScalars { target in
      for i in 0..<norms.count {
        let scale = 1 / Swift.max(norms[i], 1e-12)
        for j in i * size..<(i + 1) * size { target[j] *= scale }
      }
    }
    return copy
  }
}

/// Lets a closure that runs on several workers carry a pointer; the caller answers for disjoint writes.
public struct Unchecked<Value>: @unchecked Sendable {
  public let value: Value
  public init(_ value: Value) { self.value = value }
}
