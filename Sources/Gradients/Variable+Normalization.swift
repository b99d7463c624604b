internal import CKernels
internal import Tensors

extension Variable {
  /// Rows divided by their ℓ2 norm: y = x / max(‖x‖₂, 1e-12). [N, D] → [N, D]
  ///
  /// ∂x = (g − y⟨y, g⟩) / ‖x‖; g / 1e-12 below the floor, where the divisor is constant. The values have the bits of
  /// `Tensor.normalizedRows()`.
  public func normalizedRows() -> Variable {
    precondition(shape.rank == 2, "[N, D] expected, got \(shape)")
    let x = value
    let y = x.normalizedRows()
    return Variable(y, from: [self]) { g in
      let norms = x.rowNorms()
      let size = x.shape[1]
      return [
        Tensor(unsafeUninitialized: x.shape) { target in
          y.withScalars { y in
            g.withScalars { g in
              for row in 0..<norms.count {
                let first = row * size
                let scale = 1 / Swift.max(norms[row], 1e-12)
                let along: Float =
                  norms[row] > 1e-12 ? Float(gk_dot(y.baseAddress! + first, g.baseAddress! + first, size)) : 0
                for i in first..<first + size { target[i] = (g[i] - y[i] * along) * scale }
              }
            }
          }
        }
      ]
    }
  }
}
