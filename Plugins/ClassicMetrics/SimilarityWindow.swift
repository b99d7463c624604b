internal import CKernels
internal import Glibc

/// The 11×11 Gaussian window of structural similarity, and the constants that belong to it.
enum SimilarityWindow {
  static let size = GK_WINDOW
  /// Stabilisers for values in [0, 1]: C1 = K1², C2 = K2², K1 = 0.01, K2 = 0.03.
  static let luminance = 0.01 * 0.01
  static let contrast = 0.03 * 0.03

  /// exp(−t²/(2·1.5²)) for t = −5…5, of sum 1; the window is its outer product with itself.
  static let taps: [Double] = {
    let raw: [Double] = (0..<size).map { t in exp(-Double((t - 5) * (t - 5)) / (2 * 1.5 * 1.5)) }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }()

  /// Means over the windows that lie wholly inside the plane: of luminance · contrast-structure, and of
  /// contrast-structure alone.
  static func means(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, height: Int, width: Int
  ) -> (full: Double, contrast: Double) {
    var sums = [0.0, 0.0]
    withUnsafeTemporaryAllocation(of: Double.self, capacity: gk_ssim_scratch(height, width)) { scratch in
      guard let base = scratch.baseAddress else { return }
      gk_ssim_plane(x, y, height, width, taps, luminance, contrast, base, &sums)
    }
    let windows = Double((height - size + 1) * (width - size + 1))
    return (sums[0] / windows, sums[1] / windows)
  }

  /// gradient += full · ∂(first mean)/∂x + contrast · ∂(second mean)/∂x
  static func addGradient(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, height: Int, width: Int, full: Double,
    contrast weight: Double,
    to gradient: UnsafeMutablePointer<Double>
  ) {
    let windows = Double((height - size + 1) * (width - size + 1))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: gk_ssim_scratch(height, width)) { scratch in
      guard let base = scratch.baseAddress else { return }
      gk_ssim_plane_gradient(
        x, y, height, width, taps, luminance, contrast, full / windows, weight / windows, base, gradient)
    }
  }
}
