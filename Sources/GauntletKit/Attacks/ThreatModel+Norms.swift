public import Tensors

extension ThreatModel {
  /// ‖image − clean‖ of each image, in the norm of the threat model, in double precision: [N].
  public func norms(of images: Tensor, around clean: Tensor) -> [Double] {
    requireEqualShapes(images, clean)
    let size = images.shape.rowCount
    return images.withScalars { x in
      clean.withScalars { c in
        (0..<images.rows).map { row in
          var (largest, sum, squares) = (0.0, 0.0, 0.0)
          for i in row * size..<(row + 1) * size {
            let offset = abs(Double(x[i]) - Double(c[i]))
            largest = offset.isNaN ? .nan : max(largest, offset)
            sum += offset
            squares += offset * offset
          }
          return switch norm {
          case .linf: sum.isNaN ? .nan : largest
          case .l2: squares.squareRoot()
          case .l1: sum
          }
        }
      }
    }
  }

  /// Whether each image is inside: ‖image − clean‖ ≤ ε + tolerance, and every pixel in [0, 1].
  ///
  /// What `projected` gives passes with a tolerance of 1e-12 · ε. The default leaves room for images that other tools
  /// projected in single precision.
  public func contains(_ images: Tensor, around clean: Tensor, tolerance: Double = 1e-6) -> [Bool] {
    let size = images.shape.rowCount
    let norms = norms(of: images, around: clean)
    return images.withScalars { x in
      norms.indices.map { row in
        norms[row] <= epsilon + tolerance
          && x[row * size..<(row + 1) * size].allSatisfy { $0 >= 0 && $0 <= 1 }
      }
    }
  }
}
