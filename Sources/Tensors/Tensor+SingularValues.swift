extension Tensor {
  /// The singular values of a matrix [m, n], in descending order, in double precision.
  ///
  /// One-sided Jacobi rotations (Hestenes 1958) make the columns orthogonal; their lengths are the values, each accurate
  /// to rounding relative to itself where the columns are scaled alike. A tall matrix is first reduced to its triangular
  /// factor by Householder reflections. Time grows as max(m, n) · min(m, n)², memory as m · n doubles.
  public func singularValues() -> [Double] {
    precondition(shape.rank == 2, "singular values are those of a matrix, not of \(shape)")
    precondition(isFinite, "singular values need finite numbers")
    let isTall = shape[0] >= shape[1]
    let (m, n) = isTall ? (shape[0], shape[1]) : (shape[1], shape[0])
    guard n > 0 else { return [] }
    var columns = [[Double]](repeating: [Double](repeating: 0, count: m), count: n)
    withScalars { a in
      for i in 0..<m { for j in 0..<n { columns[j][i] = Double(isTall ? a[i * n + j] : a[j * m + i]) } }
    }
    if m > n { columns = Tensor.triangularFactor(columns) }
    return Tensor.orthogonalized(columns).map { Tensor.dot($0, $0).squareRoot() }.sorted(by: >)
  }

  private static func dot(_ x: [Double], _ y: [Double], from start: Int = 0) -> Double {
    var sum = 0.0
    for i in start..<x.count { sum += x[i] * y[i] }
    return sum
  }

  /// R of A = Q R, by columns [n][n].
  private static func triangularFactor(_ matrix: [[Double]]) -> [[Double]] {
    var a = matrix
    let n = a.count
    for k in 0..<n {
      let norm = dot(a[k], a[k], from: k).squareRoot()
      guard norm > 0 else { continue }
      var reflector = a[k]
      reflector[k] += reflector[k] < 0 ? -norm : norm
      let square = dot(reflector, reflector, from: k)
      for j in k..<n {
        let factor = 2 * dot(reflector, a[j], from: k) / square
        for i in k..<reflector.count { a[j][i] -= factor * reflector[i] }
      }
    }
    return a.enumerated().map { j, column in (0..<n).map { $0 <= j ? column[$0] : 0 } }
  }

  /// The same columns turned until every two of them are orthogonal.
  private static func orthogonalized(_ matrix: [[Double]]) -> [[Double]] {
    var a = matrix
    // Convergence is quadratic: a dozen sweeps are plenty, and no input can make it go on for ever.
    for _ in 0..<60 {
      var isDone = true
      for p in 0..<a.count {
        for q in p + 1..<max(a.count, p + 1) {
          let (x, y, z) = (dot(a[p], a[p]), dot(a[q], a[q]), dot(a[p], a[q]))
          guard abs(z) > 1e-15 * (x * y).squareRoot() else { continue }
          isDone = false
          let ratio = (y - x) / (2 * z)
          let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
          let cosine = 1 / (1 + tangent * tangent).squareRoot()
          let sine = cosine * tangent
          for i in a[p].indices {
            let (u, v) = (a[p][i], a[q][i])
            a[p][i] = cosine * u - sine * v
            a[q][i] = sine * u + cosine * v
          }
        }
      }
      if isDone { break }
    }
    return a
  }
}
