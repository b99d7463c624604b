internal import CKernels
internal import Gradients
internal import Tensors

/// Which side of its pivot a gallery item must be on to matter.
enum HingeSide: Sendable {
  /// [pivot − d(x)]₊: items in front of the pivot; lowering it raises the pivot in the ranking.
  case before
  /// [d(x) − pivot]₊: items behind the pivot; lowering it pushes the pivot down.
  case behind

  var sign: Float { self == .before ? 1 : -1 }
}

/// The mean hinge between pivots that move and distances that stay: [n], n rows of [R, N] → [n].
///
/// lossᵢ = (1/N) Σₓ [± (pᵢ − d(rowᵢ, x))]₊; ∂pᵢ = ± g·(number of active items)/N. The hinge is open: an item that is
/// exactly as far as the pivot counts neither in the loss nor in the gradient. Sums are in double precision.
func meanHinge(_ pivots: Variable, against distances: Tensor, rows: [Int], _ side: HingeSide) -> Variable {
  let columns = distances.shape[1]
  let sign = side.sign
  var shares = [Float](repeating: 0, count: rows.count)
  let losses = Tensor(unsafeUninitialized: [rows.count]) { target in
    distances.withScalars { d in
      for (i, row) in rows.enumerated() {
        var active = 0
        target[i] = Float(
          gk_hinge_sum(d.shared.value + row * columns, columns, pivots.value[i], sign, &active) / Double(columns))
        shares[i] = sign * Float(Double(active) / Double(columns))
      }
    }
  }
  return Variable(losses, from: [pivots]) { [shares] g in [g * Tensor(shares, [shares.count])] }
}

/// The mean hinge between columns of distances that move and all of them: [n, N], m columns a row → [n].
///
/// lossᵢ = (1/(mN)) Σ_c Σₓ [± (d_ic − d_ix)]₊; ∂d_ic = ± g·(number of active items)/(mN), ∂d_ix = ∓ g/(mN) where active.
/// The hinge is open, as above.
func meanHinge(_ distances: Variable, columns pivots: [[Int]], _ side: HingeSide) -> Variable {
  let d = distances.value
  let (rows, columns) = (d.shape[0], d.shape[1])
  let sign = side.sign
  let losses = Tensor(unsafeUninitialized: [rows]) { target in
    d.withScalars { d in
      for row in 0..<rows {
        let items = d.shared.value + row * columns
        var sum = 0.0
        var active = 0
        for pivot in pivots[row] { sum += gk_hinge_sum(items, columns, items[pivot], sign, &active) }
        target[row] = Float(sum / Double(columns * pivots[row].count))
      }
    }
  }
  return Variable(losses, from: [distances]) { g in
    var gradient = Tensor(zeros: d.shape)
    gradient.withMutableScalars { target in
      d.withScalars { d in
        for row in 0..<rows {
          let items = d.shared.value + row * columns
          let share = g[row] / Float(columns * pivots[row].count)
          for pivot in pivots[row] {
            let active = gk_hinge_pullback(
              items, target.shared.value + row * columns, columns, items[pivot], sign, -sign * share)
            target[row * columns + pivot] += sign * share * Float(active)
          }
        }
      }
    }
    return [gradient]
  }
}
