internal import CKernels
internal import GauntletKit
internal import Glibc

/// The peak signal-to-noise ratio as a distance.
struct PeakSignalToNoise: PixelMetric {
  static let card = Card(
    id: "psnr", version: "1", title: "PSNR",
    definition: "d(x, y) = 100 dB − PSNR, PSNR = min(100, −10·log10(MSE)) for values in [0, 1], MSE the mean over all "
      + "C·H·W squared differences; 0 … 100 dB, smaller is more similar, 0 for images whose MSE is at most 1e-10",
    reference: "ITU-R BT.1683 and common use; peak 1",
    deviations: [
      "Cut at 100 dB and turned round, so that it is a distance with a gradient at equal images."
    ])

  /// The least mean squared error that is told from none: 100 dB.
  private static let floor = 1e-10

  var card: Card { PeakSignalToNoise.card }
  var input: ImageRequirement { .any(minimumSide: 1) }

  private func meanSquaredError(_ image: ImageView, _ fixed: ImageView) -> Double {
    guard let a = image.values.baseAddress, let b = fixed.values.baseAddress else { return 0 }
    return gk_squared_distance(a, b, image.values.count) / Double(image.values.count)
  }

  func distance(_ image: ImageView, _ fixed: ImageView) -> Double {
    let error = meanSquaredError(image, fixed)
    return error > Self.floor ? 100 + 10 * log10(error) : 0
  }

  /// (10/ln 10) · 2(x − y)/(C·H·W · MSE); 0 where the PSNR is capped.
  func writeGradient(
    _ image: ImageView, _ fixed: ImageView, weight: Double, to target: UnsafeMutableBufferPointer<Float>
  ) {
    let error = meanSquaredError(image, fixed)
    let scale = error > Self.floor ? weight * 20 / (M_LN10 * Double(image.values.count) * error) : 0
    for i in target.indices { target[i] = Float(scale * (Double(image.values[i]) - Double(fixed.values[i]))) }
  }
}
