internal import Tensors

extension Planes {
  /// `deviation` in pixels; one axis is blurred more, the other less, with the same product.
  mutating func blur(deviation: Float, using stream: inout RandomStream) {
    // From 1/√2 to √2: the axes differ by a factor of 2 at most.
    let stretch = stream.uniform(0.7072...1.4142)
    blurRows(taps: Planes.taps(deviation: deviation * stretch))
    blurColumns(taps: Planes.taps(deviation: deviation / stretch))
  }

  /// Half of a symmetric Gaussian window, the centre first, of sum 1 when unfolded.
  static func taps(deviation: Float) -> [Float] {
    guard deviation > 0.05 else { return [1] }
    let radius = max(1, Int((3.5 * deviation).rounded(.up)))
    var taps = (0...radius).map { i in
      Planes.exponential(-Double(i * i) / Double(2 * deviation * deviation))
    }
    let sum = taps[0] + 2 * taps.dropFirst().reduce(0, +)
    for i in taps.indices { taps[i] /= sum }
    return taps.map { Float($0) }
  }

  /// e^x for x ≤ 0: (Taylor of x/1024)^1024, by squaring; relative error below 1e-12, the same bits everywhere.
  private static func exponential(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    let z = x / 1024
    var e = 1 + z * (1 + z / 2 * (1 + z / 3 * (1 + z / 4 * (1 + z / 5 * (1 + z / 6 * (1 + z / 7))))))
    for _ in 0..<10 { e *= e }
    return e
  }

  private mutating func blurRows(taps: [Float]) {
    let original = values
    for start in stride(from: 0, to: values.count, by: width) {
      for x in 0..<width {
        var sum = taps[0] * original[start + x]
        for k in taps.indices.dropFirst() {
          sum += taps[k] * (original[start + max(x - k, 0)] + original[start + min(x + k, width - 1)])
        }
        values[start + x] = sum
      }
    }
  }

  private mutating func blurColumns(taps: [Float]) {
    let original = values
    for channel in 0..<channels {
      let base = channel * height * width
      for y in 0..<height {
        for x in 0..<width {
          var sum = taps[0] * original[base + y * width + x]
          for k in taps.indices.dropFirst() {
            sum +=
              taps[k]
              * (original[base + max(y - k, 0) * width + x] + original[base + min(y + k, height - 1) * width + x])
          }
          values[base + y * width + x] = sum
        }
      }
    }
  }
}
