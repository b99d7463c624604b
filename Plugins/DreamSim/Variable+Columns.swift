internal import Gradients
internal import Tensors

extension Variable {
  /// Rows minus their own mean: [N, D] → [N, D]; ∂x = g minus its rows' means.
  func centredRows() -> Variable { Variable(value.centredRows(), from: [self]) { g in [g.centredRows()] } }

  /// Rows of several variables side by side: [N, D₁], [N, D₂], … → [N, D₁ + D₂ + …].
  static func columns(_ parts: [Variable]) -> Variable {
    guard parts.count != 1 else { return parts[0] }
    let widths = parts.map(\.shape.rowCount)
    let (count, total) = (parts[0].shape[0], widths.reduce(0, +))
    let offsets = widths.indices.map { widths[..<$0].reduce(0, +) }
    let joined = Tensor(unsafeUninitialized: [count, total]) { target in
      for (place, part) in parts.enumerated() {
        part.value.withScalars { source in
          for row in 0..<count {
            for i in 0..<widths[place] { target[row * total + offsets[place] + i] = source[row * widths[place] + i] }
          }
        }
      }
    }
    return Variable(joined, from: parts) { g in
      widths.indices.map { place in
        Tensor(unsafeUninitialized: [count, widths[place]]) { target in
          g.withScalars { source in
            for row in 0..<count {
              for i in 0..<widths[place] { target[row * widths[place] + i] = source[row * total + offsets[place] + i] }
            }
          }
        }
      }
    }
  }

  /// The first token and the mean of all others: [N, T, D] → [N, 2 D].
  func classAndMean() -> Variable {
    let shape = shape
    let (count, tokens, width) = (shape[0], shape[1], shape[2])
    let share = 1 / Float(max(tokens - 1, 1))
    let pooled = Tensor(unsafeUninitialized: [count, 2 * width]) { target in
      target.update(repeating: 0)
      value.withScalars { source in
        for n in 0..<count {
          for token in 0..<tokens {
            let (from, to) = ((n * tokens + token) * width, n * 2 * width + (token == 0 ? 0 : width))
            for i in 0..<width { target[to + i] += source[from + i] }
          }
          for i in width..<2 * width { target[n * 2 * width + i] *= share }
        }
      }
    }
    return Variable(pooled, from: [self]) { g in
      let gradient = Tensor(unsafeUninitialized: shape) { target in
        g.withScalars { source in
          for n in 0..<count {
            for token in 0..<tokens {
              let (from, to) = (n * 2 * width + (token == 0 ? 0 : width), (n * tokens + token) * width)
              for i in 0..<width { target[to + i] = token == 0 ? source[from + i] : source[from + i] * share }
            }
          }
        }
      }
      return [gradient]
    }
  }
}

extension Tensor {
  fileprivate func centredRows() -> Tensor {
    let (sums, size) = (rowSums(), shape.rowCount)
    var copy = self
    copy.withMutableScalars { target in
      for row in 0..<sums.count {
        let mean = sums[row] / Float(size)
        for i in row * size..<(row + 1) * size { target[i] -= mean }
      }
    }
    return copy
  }
}
