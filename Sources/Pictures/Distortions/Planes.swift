internal import Tensors

/// An image while it is being spoilt: [C, H, W], values near [0, 1].
struct Planes {
  let channels: Int
  let height: Int
  let width: Int
  var values: [Float]

  init(_ image: Tensor) {
    (channels, height, width) = (image.shape[0], image.shape[1], image.shape[2])
    values = image.scalars
  }

  /// The smaller side, in pixels.
  var side: Float { Float(min(height, width)) }

  /// Clipped to [0, 1] and rounded to eight bits.
  func quantized() -> Tensor {
    Tensor(values.map { (min(max($0, 0), 1) * 255).rounded() / 255 }, [channels, height, width])
  }

  /// Takes every pixel from where `source(x, y)` says, bilinearly; outside of the image its border is repeated.
  mutating func resample(_ source: (_ x: Float, _ y: Float) -> (x: Float, y: Float)) {
    let original = values
    let plane = height * width
    for row in 0..<height {
      for column in 0..<width {
        let from = source(Float(column), Float(row))
        let x = min(max(from.x, 0), Float(width - 1))
        let y = min(max(from.y, 0), Float(height - 1))
        let (left, top) = (Int(x), Int(y))
        let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
        let (u, v) = (x - Float(left), y - Float(top))
        for base in stride(from: 0, to: channels * plane, by: plane) {
          let (a, b) = (original[base + top * width + left], original[base + top * width + right])
          let (c, d) = (original[base + bottom * width + left], original[base + bottom * width + right])
          let (upper, lower) = (a + u * (b - a), c + u * (d - c))
          values[base + row * width + column] = upper + v * (lower - upper)
        }
      }
    }
  }
}
