internal import Tensors

extension Planes {
  /// Rounds the cosine coefficients of 8×8 blocks to multiples of a step that grows with frequency and strength.
  mutating func quantizeBlocks(strength: Float, using stream: inout RandomStream) {
    let basis = Planes.cosines
    let (originX, originY) = (stream.integer(below: 8), stream.integer(below: 8))
    var block = [Float](repeating: 0, count: 64)
    var half = block
    for channel in 0..<channels {
      let base = channel * height * width
      for top in stride(from: -originY, to: height, by: 8) {
        for left in stride(from: -originX, to: width, by: 8) {
          for i in 0..<64 {
            let y = min(max(top + i / 8, 0), height - 1)
            let x = min(max(left + i % 8, 0), width - 1)
            block[i] = values[base + y * width + x]
          }
          Planes.multiply(basis, block, transposingFirst: false, into: &half)
          Planes.multiply(half, basis, transposingSecond: true, into: &block)
          for i in 0..<64 {
            let step = strength * (0.15 + 0.2 * Float(i / 8 + i % 8))
            if step > 0 { block[i] = (block[i] / step).rounded() * step }
          }
          Planes.multiply(basis, block, transposingFirst: true, into: &half)
          Planes.multiply(half, basis, transposingSecond: false, into: &block)
          for i in 0..<64 {
            let (y, x) = (top + i / 8, left + i % 8)
            if y >= 0, y < height, x >= 0, x < width { values[base + y * width + x] = block[i] }
          }
        }
      }
    }
  }

  /// The orthonormal cosine transform of eight values: row = frequency.
  private static let cosines: [Float] = (0..<64).map { i in
    let (k, n) = (i / 8, i % 8)
    let scale = k == 0 ? 0.125.squareRoot() : 0.5
    return Float(scale * Trigonometry.cosine(turns: Double(k * (2 * n + 1)) / 32))
  }

  /// c = a·b of 8×8 matrices, either one perhaps transposed.
  private static func multiply(
    _ a: [Float], _ b: [Float], transposingFirst: Bool = false, transposingSecond: Bool = false, into c: inout [Float]
  ) {
    for i in 0..<8 {
      for j in 0..<8 {
        var sum: Float = 0
        for k in 0..<8 {
          sum += a[transposingFirst ? 8 * k + i : 8 * i + k] * b[transposingSecond ? 8 * j + k : 8 * k + j]
        }
        c[8 * i + j] = sum
      }
    }
  }
}
