/// A plane in double precision, and the plane of half its size that multi-scale similarity looks at next.
struct HalvedPlane {
  var values: [Double]
  let height: Int
  let width: Int

  /// 2×2 means. A side of odd length gets a zero in front of it, which counts: as pytorch-msssim does it.
  func halved() -> HalvedPlane {
    let (top, left) = (height % 2, width % 2)
    let (h, w) = ((height + top) / 2, (width + left) / 2)
    let half = [Double](unsafeUninitializedCapacity: h * w) { target, count in
      values.withUnsafeBufferPointer { source in
        for row in 0..<h {
          // Rows and columns before the first hold zeros.
          let lower = (2 * row + 1 - top) * width
          for column in 0..<w {
            let right = 2 * column + 1 - left
            var sum = source[lower + right]
            if right > 0 { sum += source[lower + right - 1] }
            if lower > 0 {
              sum += source[lower - width + right]
              if right > 0 { sum += source[lower - width + right - 1] }
            }
            target[row * w + column] = sum / 4
          }
        }
      }
      count = h * w
    }
    return HalvedPlane(values: half, height: h, width: w)
  }

  /// The gradient with respect to this plane, given the one with respect to its half.
  func spread(_ gradient: [Double]) -> [Double] {
    let (top, left) = (height % 2, width % 2)
    let w = (width + left) / 2
    var spread = [Double](repeating: 0, count: values.count)
    for y in 0..<height {
      for x in 0..<width { spread[y * width + x] = gradient[(y + top) / 2 * w + (x + left) / 2] / 4 }
    }
    return spread
  }
}
