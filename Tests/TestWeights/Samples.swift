package import Tensors

/// Evenly spaced scalars of a tensor, and the norm of all.
package struct Samples: Decodable {
  package let step: Int
  package let values: [Double]
  package let norm: Double

  /// The largest difference, relative to the root mean square of the whole tensor.
  package func error(_ tensor: Tensor) -> Double {
    let scalars = tensor.scalars
    let scale = max(norm / Double(scalars.count).squareRoot(), 1e-12)
    let norms = abs(scalars.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() - norm) / max(norm, 1e-12)
    return values.enumerated().reduce(norms) { worst, item in
      max(worst, abs(Double(scalars[item.offset * step]) - item.element) / scale)
    }
  }
}
