internal import Tensors

// What published code does in places where we do better; for faithful modes.
extension ThreatModel {
  /// APGD's random start: a random direction that is brought to the surface of the ball, then clipped to [0, 1].
  ///
  /// ℓ∞: uniform numbers over the largest of them. ℓ2: normal ones over their norm. ℓ1: normal ones, projected.
  /// - Parameter stream: the randomness of the image in a row.
  func surfaceStart(around clean: Tensor, stream: (Int) -> RandomStream) -> Tensor {
    let (count, size) = (moved.count, clean.shape.rowCount / moved.count)
    var images = clean
    images.withMutableScalars { pixels in
      for row in 0..<clean.rows {
        var random = stream(row)
        for image in row * count..<(row + 1) * count {
          let draws = (0..<size).map { _ in
            norm == .linf ? 2 * random.uniformDouble() - 1 : Double(random.normal())
          }
          let length: Double =
            switch norm {
            case .linf: draws.reduce(0) { max($0, abs($1)) }
            case .l2: draws.reduce(0) { $0 + $1 * $1 }.squareRoot()
            case .l1: epsilon
            }
          guard length > 0 else { continue }
          for i in 0..<size { pixels[image * size + i] += Float(epsilon * draws[i] / length) }
        }
      }
    }
    return norm == .l2 ? images.clamped(to: 0...1) : projected(images, around: clean)
  }

  /// ℓ2: the offset shrunk to the ball, then the image clipped to [0, 1]: inside, but not the nearest image there.
  func shrunkThenClipped(_ images: Tensor, around clean: Tensor) -> Tensor {
    guard moved.count == 1 else {
      let alone = ThreatModel(norm: norm, epsilon: epsilon)
      return alone.shrunkThenClipped(moved.apart(images), around: moved.apart(clean)).reshaped(images.shape)
    }
    let norms = norms(ofEach: images, around: clean)
    let size = images.shape.rowCount
    var result = clean
    result.withMutableScalars { x in
      images.withScalars { y in
        for (row, norm) in norms.enumerated() {
          let scale = norm.l2 > epsilon ? epsilon / norm.l2 : 1
          for i in row * size..<(row + 1) * size {
            let offset = (Double(y[i]) - Double(x[i])) * scale
            if !offset.isNaN { x[i] = Float(min(max(Double(x[i]) + offset, 0), 1)) }
          }
        }
      }
    }
    return result
  }
}
