internal import GauntletKit
internal import Glibc

/// 1 − MS-SSIM.
struct MultiScaleSimilarity: PixelMetric {
  static let card = Card(
    id: "ms-ssim", version: "1", title: "MS-SSIM",
    definition: "d(x, y) = 1 − mean over channels of SSIM_M^w_M · Π_{j<M} max(CS_j, 0)^w_j, M scales that halve the "
      + "image, weights 0.0448, 0.2856, 0.3001, 0.2363, 0.1333 (the first M of them divided by their sum where M < 5); "
      + "0 … 1, smaller is more similar",
    reference: "Wang, Simoncelli, Bovik: Multi-scale structural similarity for image quality assessment. "
      + "Asilomar 2003, section 3.2",
    deviations: [
      "Negative contrast terms count as 0, where a power of a negative number would be undefined.",
      "Fewer than five scales share the published weights, divided by their sum: a choice of ours for small images.",
    ])

  static let settings = [
    Setting(
      "scales", .integer(1...5), default: "5",
      help: "number of scales; images must be larger than 10·2^(scales−1): 160 for 5, 40 for 3, 20 for 2"),
    StructuralSimilarity.settings[0],
  ]

  private static let published = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

  let compared: ComparedPlanes
  /// One exponent for each scale. The five published ones are used as they are (they sum to 1.0001).
  let weights: [Double]

  init(_ settings: SettingValues) {
    compared = ComparedPlanes(rawValue: settings.text("channels")) ?? .rgb
    let scales = settings.integer("scales")
    let chosen = MultiScaleSimilarity.published.prefix(scales)
    let sum = scales == 5 ? 1 : chosen.reduce(0, +)
    weights = chosen.map { $0 / sum }
  }

  var card: Card { MultiScaleSimilarity.card }

  var input: ImageRequirement {
    let side = (SimilarityWindow.size - 1) << (weights.count - 1) + 1
    return compared == .luma ? .channels(3, minimumSide: side) : .any(minimumSide: side)
  }

  func distance(_ image: ImageView, _ fixed: ImageView) -> Double {
    let pyramids = self.pyramids(image, fixed)
    return 1 - pyramids.reduce(0) { $0 + product(factors($1)) } / Double(pyramids.count)
  }

  /// Where a factor is zero or below, the similarity is 0 around the image, and so is the gradient.
  func writeGradient(
    _ image: ImageView, _ fixed: ImageView, weight: Double, to target: UnsafeMutableBufferPointer<Float>
  ) {
    var all: [Double] = []
    let pyramids = self.pyramids(image, fixed)
    for pyramid in pyramids {
      let factors = self.factors(pyramid)
      let similarity = product(factors)
      var gradient: [Double] = []
      for scale in weights.indices.reversed() {
        let (x, y) = pyramid[scale]
        gradient = scale == weights.count - 1 ? [Double](repeating: 0, count: x.values.count) : x.spread(gradient)
        guard similarity > 0 else { continue }
        let slope = -similarity * weights[scale] / factors[scale] / Double(pyramids.count)
        let isLast = scale == weights.count - 1
        SimilarityWindow.addGradient(
          x.values, y.values, height: x.height, width: x.width, full: isLast ? slope : 0, contrast: isLast ? 0 : slope,
          to: &gradient)
      }
      all += gradient
    }
    compared.write(all, times: weight, of: image, to: target)
  }

  private typealias Pyramid = [(x: HalvedPlane, y: HalvedPlane)]

  /// For each compared plane, the pair of planes at every scale.
  private func pyramids(_ image: ImageView, _ fixed: ImageView) -> [Pyramid] {
    let (x, y) = (compared.planes(of: image), compared.planes(of: fixed))
    return (0..<compared.count(of: image)).map { plane in
      let range = plane * image.planeSize..<(plane + 1) * image.planeSize
      var pair = (
        x: HalvedPlane(values: Array(x[range]), height: image.height, width: image.width),
        y: HalvedPlane(values: Array(y[range]), height: image.height, width: image.width)
      )
      var pyramid = [pair]
      while pyramid.count < weights.count {
        pair = (pair.x.halved(), pair.y.halved())
        pyramid.append(pair)
      }
      return pyramid
    }
  }

  /// Contrast-structure of every scale but the last, and the whole similarity of the last.
  private func factors(_ pyramid: Pyramid) -> [Double] {
    pyramid.enumerated().map { scale, pair in
      let means = SimilarityWindow.means(
        pair.x.values, pair.y.values, height: pair.x.height, width: pair.x.width)
      return max(scale == weights.count - 1 ? means.full : means.contrast, 0)
    }
  }

  private func product(_ factors: [Double]) -> Double {
    zip(factors, weights).reduce(1) { $0 * pow($1.0, $1.1) }
  }
}
