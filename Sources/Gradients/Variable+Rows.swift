public import Tensors

// Shapes, rows and single elements.
extension Variable {
  /// The same scalars in another shape of the same count.
  public func reshaped(_ shape: Shape) -> Variable {
    let before = self.shape
    return Variable(value.reshaped(shape), from: [self]) { g in [g.reshaped(before)] }
  }

  /// The rows at the given indices, in that order; an index may repeat, and its gradients add up.
  public func rows(_ indices: [Int]) -> Variable {
    let shape = shape
    let size = shape.rowCount
    return Variable(value.rows(indices), from: [self]) { g in
      var sum = Tensor(zeros: shape)
      sum.withMutableScalars { target in
        g.withScalars { source in
          for (place, index) in indices.enumerated() {
            for j in 0..<size { target[index * size + j] += source[place * size + j] }
          }
        }
      }
      return [sum]
    }
  }

  public func rows(_ range: Range<Int>) -> Variable { rows(Array(range)) }

  /// One variable of all parts, one after another along the first axis.
  public init(concatenating parts: [Variable]) {
    let counts = parts.map(\.shape[0])
    let wanted = parts.map(\.takesGradient)
    self.init(Tensor(concatenating: parts.map(\.value)), from: parts) { g in
      var first = 0
      return counts.indices.map { i in
        defer { first += counts[i] }
        return wanted[i] ? g.rows(first..<first + counts[i]) : nil
      }
    }
  }

  /// One element of each row: [N, M], N column indices → [N].
  public func elements(atColumns columns: [Int]) -> Variable {
    let shape = shape
    precondition(
      shape.rank == 2 && columns.count == shape[0] && columns.allSatisfy { $0 >= 0 && $0 < shape[1] },
      "one column of \(shape) a row expected, got \(columns.count) columns")
    let x = value
    return Variable(Tensor(columns.indices.map { x[$0 * shape[1] + columns[$0]] }, [shape[0]]), from: [self]) { g in
      [Tensor.scattered(g, columns, shape)]
    }
  }
}

extension Tensor {
  /// Zeros, but for scalar i of `values` in row i at `columns[i]`; a column of nil leaves the row at zero.
  static func scattered(_ values: Tensor, _ columns: [Int?], _ shape: Shape) -> Tensor {
    var result = Tensor(zeros: shape)
    result.withMutableScalars { target in
      for (row, column) in columns.enumerated() {
        if let column { target[row * shape[1] + column] = values[row] }
      }
    }
    return result
  }
}
