/// The kernels that pictures are resized with.
public enum ResamplingFilter: String, Sendable, CaseIterable {
  /// 1 for -1/2 < x <= 1/2.
  case box
  /// The triangle 1 - |x|.
  case bilinear
  /// Keys' cubic convolution with a = -1/2 (Keys, "Cubic convolution interpolation", 1981, equation 4).
  case bicubic

  /// The kernel is zero for |x| beyond this.
  var support: Double {
    switch self {
    case .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// The kernel at `x`, in input pixels (or output pixels when shrinking).
  func weight(at x: Double) -> Double {
    let distance = x.magnitude
    switch self {
    case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear: return distance < 1 ? 1 - distance : 0
    case .bicubic:
      let a = -0.5
      if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
      if distance < 2 { return (((distance - 5) * distance + 8) * distance - 4) * a }
      return 0
    }
  }
}
