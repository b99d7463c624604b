internal import Tensors

// The largest and the smallest element of each row, among those that a mask allows.
extension Variable {
  /// The largest allowed element of each row: [N, M] → [N]; −∞ where none is allowed.
  ///
  /// The gradient goes to the element itself; to the one of the lowest column, where several are largest.
  /// - Parameter mask: N·M flags, row-major; nil allows all.
  public func rowMaxima(where mask: [Bool]? = nil) -> Variable { extrema(-.infinity, mask, >) }

  /// The smallest allowed element of each row: [N, M] → [N]; +∞ where none is allowed. Ties as in `rowMaxima`.
  public func rowMinima(where mask: [Bool]? = nil) -> Variable { extrema(.infinity, mask, <) }

  @inline(__always)
  private func extrema(_ start: Float, _ mask: [Bool]?, _ isBetter: (Float, Float) -> Bool) -> Variable {
    let shape = shape
    precondition(shape.rank == 2, "[N, M] expected, got \(shape)")
    precondition(
      mask == nil || mask!.count == shape.count, "a mask of \(mask?.count ?? 0) flags does not fit \(shape)")
    var places: [Int?] = []
    var best: [Float] = []
    value.withScalars { source in
      for row in 0..<shape[0] {
        var (place, value): (Int?, Float) = (nil, start)
        for column in 0..<shape[1] {
          let at = row * shape[1] + column
          if mask.map({ $0[at] }) ?? true, isBetter(source[at], value) { (place, value) = (column, source[at]) }
        }
        places.append(place)
        best.append(value)
      }
    }
    return Variable(Tensor(best, [shape[0]]), from: [self]) { [places] g in [Tensor.scattered(g, places, shape)] }
  }
}
