internal import CKernels
public import Tensors

/// The Euclidean distance of rows at the same place: [N, D], [N, D] → [N].
///
/// dᵢ = ‖aᵢ − bᵢ‖₂, from the differences, without the 1e-6 that some libraries add. ∂a = g·(a − b)/d, ∂b = −∂a, both 0
/// where d = 0. The bits are those of `distanceMatrix`, whichever argument comes first.
public func pairedDistances(_ a: Variable, _ b: Variable) -> Variable {
  precondition(a.shape.rank == 2 && a.shape == b.shape, "two of [N, D] expected, got \(a.shape) and \(b.shape)")
  let (x, y) = (a.value, b.value)
  let size = x.shape[1]
  let distances = Tensor(unsafeUninitialized: [x.rows]) { target in
    x.withScalars { x in
      y.withScalars { y in
        for i in target.indices {
          gk_distance_nt(x.shared.value + i * size, y.shared.value + i * size, target.shared.value + i, 1, 1, size)
        }
      }
    }
  }
  let (first, second) = (a.takesGradient, b.takesGradient)
  return Variable(distances, from: [a, b]) { g in
    let gradient = Tensor(unsafeUninitialized: x.shape) { target in
      x.withScalars { x in
        y.withScalars { y in
          for row in 0..<distances.count {
            let scale = distances[row] == 0 ? 0 : g[row] / distances[row]
            for i in row * size..<(row + 1) * size { target[i] = scale * (x[i] - y[i]) }
          }
        }
      }
    }
    return [first ? gradient : nil, second ? -gradient : nil]
  }
}

/// All Euclidean distances of rows: [N, D], [M, D] → [N, M].
///
/// d_ij = ‖aᵢ − bⱼ‖₂, summed in single precision from the differences themselves, so that small distances are relatively
/// as accurate as large ones. ∂aᵢ = Σⱼ g_ij (aᵢ − bⱼ)/d_ij, without the terms where d_ij = 0; likewise ∂b. A row's bits
/// do not depend on the other rows, and are the same with and without a gradient.
public func distanceMatrix(_ a: Variable, _ b: Variable) -> Variable {
  precondition(
    a.shape.rank == 2 && b.shape.rank == 2 && a.shape[1] == b.shape[1],
    "[N, D] and [M, D] expected, got \(a.shape) and \(b.shape)")
  let (x, y) = (a.value, b.value)
  let distances = distances(x, y)
  let (first, second) = (a.takesGradient, b.takesGradient)
  return Variable(distances, from: [a, b]) { g in
    [
      first ? distanceGradient(g, distances, x, y) : nil,
      second ? distanceGradient(g.transposed(), distances.transposed(), y, x) : nil,
    ]
  }
}

/// All Euclidean distances of rows to fixed ones: [N, D], [M, D] → [N, M].
public func distanceMatrix(_ a: Variable, _ fixed: Tensor) -> Variable { distanceMatrix(a, Variable(constant: fixed)) }

private func distances(_ x: Tensor, _ y: Tensor) -> Tensor {
  let (size, columns) = (x.shape[1], y.rows)
  return Tensor(unsafeUninitialized: [x.rows, columns]) { target in
    x.withScalars { x in
      y.withScalars { y in
        let (a, b, d) = (x.shared, y.shared, target.shared)
        forEachRowBlock(columns == 0 ? 0 : target.count / columns, work: columns * size) { first, count in
          gk_distance_nt(a.value + first * size, b.value, d.value + first * columns, count, columns, size)
        }
      }
    }
  }
}

private func distanceGradient(_ weights: Tensor, _ distances: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
  let (rows, size, columns) = (x.rows, x.shape[1], y.rows)
  return Tensor(unsafeUninitialized: x.shape) { target in
    weights.withScalars { weights in
      distances.withScalars { distances in
        x.withScalars { x in
          y.withScalars { y in
            let (w, d, a, b, g) = (weights.shared, distances.shared, x.shared, y.shared, target.shared)
            forEachRowBlock(rows, work: columns * size) { first, count in
              gk_distance_pullback(
                w.value + first * columns, d.value + first * columns, a.value + first * size, b.value,
                g.value + first * size, count, columns, size)
            }
          }
        }
      }
    }
  }
}

extension Tensor {
  /// [N, M] → [M, N]
  func transposed() -> Tensor {
    let (n, m) = (shape[0], shape[1])
    return Tensor(unsafeUninitialized: [m, n]) { target in
      withScalars { source in for i in 0..<n { for j in 0..<m { target[j * n + i] = source[i * m + j] } } }
    }
  }
}
