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

  init() {}

  /// Norm by norm the larger one; NaN where one is.
  func larger(_ other: PerturbationNorms) -> PerturbationNorms {
    var norms = PerturbationNorms()
    func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : max(a, b) }
    norms.linf = larger(linf, other.linf)
    norms.l2 = larger(l2, other.l2)
    norms.l1 = larger(l1, other.l1)
    return norms
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
  /// ‖image − clean‖ of one image, or of the images of one row, in every norm; of several the largest. Both of one shape.
  public func norms(of image: Tensor, around clean: Tensor) -> PerturbationNorms {
    let shape = Shape([1] + image.shape.extents)
    return norms(ofEach: image.reshaped(shape), around: clean.reshaped(shape))[0]
  }

  /// ‖image − clean‖ of each row, in every norm: [N, …]; of several images the largest.
  public func norms(ofEach images: Tensor, around clean: Tensor) -> [PerturbationNorms] {
    requireEqualShapes(images, clean)
    guard moved.count > 1 else { return Self.norms(ofEach: images, around: clean) }
    let norms = Self.norms(ofEach: moved.apart(images), around: moved.apart(clean))
    return (0..<images.rows).map { row in
      norms[row * moved.count..<(row + 1) * moved.count].reduce(PerturbationNorms()) { $0.larger($1) }
    }
  }

  private static func norms(ofEach images: Tensor, around clean: Tensor) -> [PerturbationNorms] {
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
