public import Tensors

/// How far one image is from another, in every norm, in [0, 1] pixel units.
public struct PerturbationNorms: Hashable, Sendable, Codable {
  public var linf = 0.0
  public var l2 = 0.0
  public var l1 = 0.0

  public subscript(norm: ThreatModel.Norm) -> Double {
    switch norm {
    case .linf: linf
    case .l2: l2
    case .l1: l1
    }
  }

  /// Of the difference of the pixels, in double precision; NaN where a pixel is.
  init(_ image: UnsafeBufferPointer<Float>, _ clean: UnsafeBufferPointer<Float>) {
    for i in image.indices {
      let offset = abs(Double(image[i]) - Double(clean[i]))
      linf = max(linf, offset)
      l2 += offset * offset
      l1 += offset
    }
    l2 = l2.squareRoot()
    if l1.isNaN { linf = .nan }
  }
}

extension ThreatModel {
  /// ‖image − clean‖ of one image, in every norm. Both of one shape.
  public func norms(of image: Tensor, around clean: Tensor) -> PerturbationNorms {
    requireEqualShapes(image, clean)
    return image.withScalars { x in clean.withScalars { PerturbationNorms(x, $0) } }
  }

  /// ‖image − clean‖ of each image, in every norm: [N, …].
  public func norms(ofEach images: Tensor, around clean: Tensor) -> [PerturbationNorms] {
    requireEqualShapes(images, clean)
    let size = images.shape.rowCount
    return images.withScalars { x in
      clean.withScalars { c in
        (0..<images.rows).map { row in
          let range = row * size..<(row + 1) * size
          return PerturbationNorms(UnsafeBufferPointer(rebasing: x[range]), UnsafeBufferPointer(rebasing: c[range]))
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
    let norms = norms(ofEach: images, around: clean)
    return images.withScalars { x in
      norms.indices.map { row in
        norms[row][norm] <= epsilon + tolerance
          && x[row * size..<(row + 1) * size].allSatisfy { $0 >= 0 && $0 <= 1 }
      }
    }
  }
}
