internal import CKernels
internal import GauntletKit

/// The Euclidean distance of pixels.
struct PixelDistance: PixelMetric {
  static let card = Card(
    id: "l2", version: "1", title: "Pixel ℓ2",
    definition: "d(x, y) = ‖x − y‖₂ over all C·H·W values in [0, 1], not divided by their number; "
      + "0 … √(C·H·W), smaller is more similar",
    reference: "the threat model's own ℓ2 norm")

  var card: Card { PixelDistance.card }
  var input: ImageRequirement { .any(minimumSide: 1) }

  func distance(_ image: ImageView, _ fixed: ImageView) -> Double {
    guard let a = image.values.baseAddress, let b = fixed.values.baseAddress else { return 0 }
    return gk_squared_distance(a, b, image.values.count).squareRoot()
  }

  /// (x − y)/‖x − y‖₂; 0 at x = y.
  func writeGradient(
    _ image: ImageView, _ fixed: ImageView, weight: Double, to target: UnsafeMutableBufferPointer<Float>
  ) {
    let norm = distance(image, fixed)
    let scale = norm > 0 ? weight / norm : 0
    for i in target.indices { target[i] = Float(scale * (Double(image.values[i]) - Double(fixed.values[i]))) }
  }
}
