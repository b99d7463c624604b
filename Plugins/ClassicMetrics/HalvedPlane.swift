/// A plane in double precision, and the plane of half its size that multi-scale similarity looks at next.
struct HalvedPlane {
  var values: [Double]
  let height: Int
  let width: Int

  /// 2×2 means. A side of odd length gets a zero in front of it, which counts: as pytorch-msssim does it.
  func halved() -> HalvedPlane {
    let (top, left) = (height % 2, width % 2)
    let (h, w) = ((height + top) / 2, (width + left) / 2)
    var half = [Double](repeating: 0, count: h * w)
    for y in 0..<height {
      for x in 0..<width { half[(y + top) / 2 * w + (x + left) / 2] += values[y * width + x] / 4 }
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
