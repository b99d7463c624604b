internal import CKernels

/// A matrix in double precision, for proved bounds of how far it stretches vectors.
package struct DenseMatrix: Sendable {
  package let rows: Int
  package let columns: Int
  /// Row-major.
  package var scalars: [Double]

  package init(_ rows: Int, _ columns: Int, _ scalar: (_ row: Int, _ column: Int) -> Double) {
    (self.rows, self.columns) = (rows, columns)
    scalars = []
    scalars.reserveCapacity(rows * columns)
    for r in 0..<rows { for c in 0..<columns { scalars.append(scalar(r, c)) } }
  }

  /// √(‖A‖₁ ‖A‖∞) ≥ ‖A‖₂: the largest sums of absolute values of a column and of a row.
  package var sumBound: Double {
    var columnSums = [Double](repeating: 0, count: columns)
    var largestRow = 0.0
    for r in 0..<rows {
      var sum = 0.0
      for c in 0..<columns {
        let value = abs(scalars[r * columns + c])
        sum += value
        columnSums[c] += value
      }
      largestRow = max(largestRow, sum)
    }
    let product = largestRow * (columnSums.max() ?? 0)
    let root = product.squareRoot()
    // Sums of small whole numbers are exact, and so is the root if its square is.
    let isExact =
      product <= 0x1p50 && (-product).addingProduct(root, root) == 0 && scalars.allSatisfy { $0 == $0.rounded() }
    return isExact ? root : roundedUp(root, terms: rows + columns)
  }

  /// √Σ a² ≥ ‖A‖₂.
  package var frobeniusBound: Double { roundedUp(DenseMatrix.frobenius(scalars), terms: scalars.count) }

  /// An upper bound of ‖A‖₂ that no matrix is too large for.
  package var leastBound: Double {
    let cheap = min(sumBound, frobeniusBound)
    return scalars.count <= 1 << 24 ? min(cheap, spectralBound) : cheap
  }

  /// An upper bound of the largest singular value by Gram iteration (Delattre et al., "Efficient bound of Lipschitz
  /// constant for convolutional layers by Gram iteration", 2023): ‖A‖₂² = ‖S₀‖₂ with S₀ = A Aᵀ, ‖S‖₂² = ‖S²‖₂, and
  /// the last ‖S‖₂ ≤ ‖S‖_F. Every product's rounding error, at most γ_n ‖S‖_F² in norm with γ_n = n u / (1 − n u), is
  /// added where it arises; γ is doubled for the rounding of the norms themselves.
  package var spectralBound: Double {
    guard rows > 0, columns > 0 else { return 0 }
    let isWide = columns >= rows
    let (side, depth) = isWide ? (rows, columns) : (columns, rows)
    let wide = isWide ? scalars : transposed
    let total = DenseMatrix.frobenius(wide)
    guard total > 0, total.isFinite else { return total }
    // Powers of two change no bits.
    let scale = total.binade
    var matrix = DenseMatrix.gram(wide.map { $0 / scale }, side, depth)
    let firstError = DenseMatrix.gamma(depth) * (total / scale) * (total / scale)
    // The larger, the fewer squarings: each costs side³.
    let squarings = side <= 1024 ? 6 : side <= 2048 ? 3 : 1
    var steps: [(norm: Double, scale: Double)] = []
    for _ in 0..<squarings {
      let norm = DenseMatrix.frobenius(matrix)
      guard norm > 0 else { break }
      let scale = norm.binade
      steps.append((norm / scale, scale))
      for i in matrix.indices { matrix[i] /= scale }
      matrix = DenseMatrix.gram(matrix, side, side)
    }
    var bound = roundedUp(DenseMatrix.frobenius(matrix), terms: matrix.count)
    for step in steps.reversed() {
      bound = roundedUp((bound + DenseMatrix.gamma(side) * step.norm * step.norm).squareRoot()) * step.scale
    }
    return roundedUp((bound + firstError).squareRoot()) * scale
  }

  private var transposed: [Double] {
    var result: [Double] = []
    result.reserveCapacity(scalars.count)
    for c in 0..<columns { for r in 0..<rows { result.append(scalars[r * columns + c]) } }
    return result
  }

  private static func gamma(_ terms: Int) -> Double {
    let share = Double(terms) * 0x1p-53
    return 2 * share / (1 - share)
  }

  private static func frobenius(_ scalars: [Double]) -> Double {
    var sum = 0.0
    for value in scalars { sum += value * value }
    return sum.squareRoot()
  }

  private static func gram(_ scalars: [Double], _ rows: Int, _ columns: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows * rows) { target, count in
      scalars.withUnsafeBufferPointer { source in
        if let from = source.baseAddress, let to = target.baseAddress { gk_gram(from, to, rows, columns) }
      }
      count = rows * rows
    }
  }
}

/// At least the real number that `value` is an approximation of, when it came of a sum of `terms` non-negative terms and
/// a few operations more.
func roundedUp(_ value: Double, terms: Int = 4) -> Double { (value * (1 + Double(terms) * 0x1p-52)).nextUp }

/// A product that is not too small, and exact where it can be; a factor of 0 makes 0 even of infinity.
func productRoundedUp(_ a: Double, _ b: Double) -> Double {
  if a == 0 || b == 0 { return 0 }
  let product = a * b
  return a == 1 || b == 1 || (-product).addingProduct(a, b) == 0 ? product : product.nextUp
}
