internal import GauntletKit

/// 1 − SSIM.
struct StructuralSimilarity: PixelMetric {
  static let card = Card(
    id: "ssim", version: "1", title: "SSIM",
    definition: "d(x, y) = 1 − SSIM; SSIM = mean over channels and windows of "
      + "(2μxμy + C1)(2σxy + C2) / ((μx² + μy² + C1)(σx² + σy² + C2)), 11×11 Gaussian window of deviation 1.5 wholly "
      + "inside the image, C1 = 0.01², C2 = 0.03²; 0 … 2, smaller is more similar",
    reference: "Wang, Bovik, Sheikh, Simoncelli: Image quality assessment: from error visibility to structural "
      + "similarity. IEEE TIP 13(4), 2004, section III",
    deviations: [
      "Images are not scaled down first, as the authors' later script does by max(1, round(min(H, W)/256)).",
      "Colour images: the mean over channels, unless `channels` says otherwise; the paper has gray images.",
    ])

  static let settings = [
    Setting(
      "channels", .choice(ComparedPlanes.allCases.map(\.rawValue)), default: "rgb",
      help: "compare every channel and average, or only 0.299 R + 0.587 G + 0.114 B")
  ]

  let compared: ComparedPlanes

  init(_ settings: SettingValues) {
    compared = ComparedPlanes(rawValue: settings.text("channels")) ?? .rgb
  }

  var card: Card { StructuralSimilarity.card }
  var input: ImageRequirement {
    compared == .luma
      ? .channels(3, minimumSide: SimilarityWindow.size) : .any(minimumSide: SimilarityWindow.size)
  }

  func distance(_ image: ImageView, _ fixed: ImageView) -> Double {
    let (x, y) = (compared.planes(of: image), compared.planes(of: fixed))
    let count = compared.count(of: image)
    var sum = 0.0
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        for plane in 0..<count {
          let offset = plane * image.planeSize
          sum += SimilarityWindow.means(x + offset, y + offset, height: image.height, width: image.width).full
        }
      }
    }
    return 1 - sum / Double(count)
  }

  func writeGradient(
    _ image: ImageView, _ fixed: ImageView, weight: Double, to target: UnsafeMutableBufferPointer<Float>
  ) {
    let (x, y) = (compared.planes(of: image), compared.planes(of: fixed))
    let count = compared.count(of: image)
    var gradient = [Double](repeating: 0, count: x.count)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        gradient.withUnsafeMutableBufferPointer { gradient in
          guard let x = x.baseAddress, let y = y.baseAddress, let g = gradient.baseAddress else { return }
          for plane in 0..<count {
            let offset = plane * image.planeSize
            SimilarityWindow.addGradient(
              x + offset, y + offset, height: image.height, width: image.width, full: -1 / Double(count), contrast: 0,
              to: g + offset)
          }
        }
      }
    }
    compared.write(gradient, times: weight, of: image, to: target)
  }
}
