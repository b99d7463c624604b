internal import CKernels
public import Tensors

// Projections are computed in double precision and rounded towards the clean pixel, so that an image that was projected
// is inside, as numbers of single precision, and not merely up to rounding.
extension ThreatModel {
  /// The nearest images inside the threat model: the Euclidean projection onto {x : ‖x − clean‖ ≤ ε} ∩ [0, 1]ⁿ.
  ///
  /// ℓ∞: pixel by pixel, x clamped to [clean − ε, clean + ε], then to [0, 1]. With δ = y − clean and rᵢ the room that
  /// [0, 1] leaves pixel i in the direction of δᵢ: ℓ2: |xᵢ − cleanᵢ| = min(s|δᵢ|, rᵢ), the root s of
  /// Σ min(s|δᵢ|, rᵢ)² = ε² found by Newton's method, which ends at the exact piece because the sum is concave and
  /// piecewise linear in s²; ℓ1: |xᵢ − cleanᵢ| = min(max(|δᵢ| − λ, 0), rᵢ), λ found by safeguarded Newton steps.
  ///
  /// An image that is inside keeps its bits. ε = 0 gives the clean image. A pixel that is not a number becomes the clean
  /// one. Each image is projected by itself, also those that stand in one row.
  /// - Parameters:
  ///   - images: [N, …]
  ///   - clean: the centres, of the same shape, in [0, 1].
  public func projected(_ images: Tensor, around clean: Tensor) -> Tensor {
    requireEqualShapes(images, clean)
    guard moved.count == 1 else {
      let alone = ThreatModel(norm: norm, epsilon: epsilon)
      return alone.projected(moved.apart(images), around: moved.apart(clean)).reshaped(images.shape)
    }
    let size = images.shape.rowCount
    return Tensor(unsafeUninitialized: images.shape) { target in
      images.withScalars { source in
        clean.withScalars { centre in
          let (x, y, c) = (Unchecked(target), Unchecked(source), Unchecked(centre))
          Workers.forEach(images.rows) { row in
            let range = row * size..<(row + 1) * size
            project(
              UnsafeBufferPointer(rebasing: y.value[range]), UnsafeBufferPointer(rebasing: c.value[range]),
              into: UnsafeMutableBufferPointer(rebasing: x.value[range]))
          }
        }
      }
    }
  }

  func requireEqualShapes(_ images: Tensor, _ clean: Tensor) {
    precondition(
      images.shape == clean.shape, "images of \(images.shape) do not fit clean images of \(clean.shape)")
  }

  private func project(
    _ image: UnsafeBufferPointer<Float>, _ clean: UnsafeBufferPointer<Float>,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    switch norm {
    case .linf:
      guard let pixels = image.baseAddress, let centres = clean.baseAddress, let result = target.baseAddress else {
        return
      }
      gk_linf_project(pixels, centres, epsilon, result, target.count)
    case .l2: projectL2(image, clean, into: target)
    case .l1: projectL1(image, clean, into: target)
    }
  }

  /// centre + offset in single precision, in [0, 1], no farther from the centre than the offset is; `was`, where that is
  /// the very sum.
  static func pixel(_ centre: Double, _ offset: Double, asWas was: Float) -> Float {
    let sum = min(max(centre + offset, 0), 1)
    var pixel = Float(sum)
    if abs(Double(pixel) - centre) > abs(offset) { pixel = Double(pixel) > centre ? pixel.nextDown : pixel.nextUp }
    // The double sum of a pixel that stays is rounded: do not let that move it.
    return Double(was) - centre == offset && was >= 0 && was <= 1 ? was : pixel
  }
}

extension ThreatModel {
  /// The room that [0, 1] leaves in the direction of the offset.
  static func room(_ centre: Double, _ offset: Double) -> Double { max(0, offset > 0 ? 1 - centre : centre) }

  private func projectL2(
    _ image: UnsafeBufferPointer<Float>, _ clean: UnsafeBufferPointer<Float>,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    let offsets = Self.offsets(image, clean)
    /// Σ min(t·δ², r²), and its slope to the right of t.
    func sum(_ t: Double) -> (value: Double, slope: Double) {
      var (value, slope) = (0.0, 0.0)
      for i in offsets.indices {
        let square = offsets[i] * offsets[i]
        let room = Self.room(Double(clean[i]), offsets[i])
        if t * square < room * room {
          value += t * square
          slope += square
        } else {
          value += room * room
        }
      }
      return (value, slope)
    }
    let wanted = epsilon * epsilon
    var t = 1.0
    if sum(1).value > wanted * (1 + 1e-12) {
      t = 0
      // Every step but the last crosses a kink, and there are at most as many kinks as pixels.
      for _ in 0...offsets.count {
        let (value, slope) = sum(t)
        guard slope > 0, value < wanted else { break }
        let next = t + (wanted - value) / slope
        guard next > t else { break }
        t = next
      }
    }
    let scale = min(t, 1).squareRoot()
    for i in target.indices {
      let centre = Double(clean[i])
      let length = min(scale * abs(offsets[i]), Self.room(centre, offsets[i]))
      target[i] = Self.pixel(centre, offsets[i] < 0 ? -length : length, asWas: image[i])
    }
  }

  private func projectL1(
    _ image: UnsafeBufferPointer<Float>, _ clean: UnsafeBufferPointer<Float>,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    let offsets = Self.offsets(image, clean)
    /// Σ min(max(|δ| − λ, 0), r), and how many terms move with λ.
    func sum(_ shrinkage: Double) -> (value: Double, moving: Int) {
      var (value, moving) = (0.0, 0)
      for i in offsets.indices {
        let length = abs(offsets[i]) - shrinkage
        guard length > 0 else { continue }
        let room = Self.room(Double(clean[i]), offsets[i])
        if length < room {
          value += length
          moving += 1
        } else {
          value += room
        }
      }
      return (value, moving)
    }
    var shrinkage = 0.0
    if sum(0).value > epsilon * (1 + 1e-12) {
      var (low, high) = (0.0, offsets.reduce(0) { max($0, abs($1)) })
      shrinkage = low
      for iteration in 0..<200 {
        let (value, moving) = sum(shrinkage)
        if value > epsilon { low = shrinkage } else { high = shrinkage }
        if value <= epsilon && value >= epsilon * (1 - 1e-13) { break }
        var next = moving > 0 ? shrinkage + (value - epsilon) / Double(moving) : (low + high) / 2
        if iteration > 40 || !(next > low && next < high) { next = (low + high) / 2 }
        if next == low || next == high { break }
        shrinkage = next
      }
      shrinkage = sum(shrinkage).value <= epsilon ? shrinkage : high
    }
    for i in target.indices {
      let centre = Double(clean[i])
      let length = min(max(abs(offsets[i]) - shrinkage, 0), Self.room(centre, offsets[i]))
      target[i] = Self.pixel(centre, offsets[i] < 0 ? -length : length, asWas: image[i])
    }
  }

  /// image − clean, 0 where that is not a number.
  private static func offsets(
    _ image: UnsafeBufferPointer<Float>, _ clean: UnsafeBufferPointer<Float>
  ) -> [Double] {
    image.indices.map {
      let offset = Double(image[$0]) - Double(clean[$0])
      return offset.isNaN ? 0 : min(max(offset, -1e30), 1e30)
    }
  }
}
