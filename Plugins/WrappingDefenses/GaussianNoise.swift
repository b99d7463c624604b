internal import Tensors

/// What the draws of an image's noise follow from.
enum NoiseSource: String, CaseIterable, Sendable {
  case fixed
  case content
}

/// Draws of Gaussian noise that are functions of a seed, their number, and perhaps the image.
struct GaussianNoise: Sendable {
  let sigma: Float
  let source: NoiseSource
  let seed: UInt64

  /// What each image adds to the names of its draws: nothing, or a hash of its values.
  func keys(of images: Tensor) -> [Int] {
    switch source {
    case .fixed: [Int](repeating: 0, count: images.rows)
    case .content: (0..<images.rows).map { GaussianNoise.hash(images.row($0)) }
    }
  }

  /// The images with the noise of one draw: [N, C, H, W] → the same; not clipped.
  func added(to images: Tensor, _ draw: Int, _ keys: [Int]) -> Tensor {
    let size = images.shape.rowCount
    let seed = self.seed
    let sigma = self.sigma
    let shared = source == .fixed ? values(draw, 0, size) : []
    return Tensor(unsafeUninitialized: images.shape) { target in
      let target = Unchecked(target)
      images.withScalars { source in
        let source = Unchecked(source)
        Workers.forEach(keys.count) { row in
          let noise =
            shared.isEmpty
            ? GaussianNoise(sigma: sigma, source: .content, seed: seed).values(draw, keys[row], size) : shared
          for i in 0..<size { target.value[row * size + i] = source.value[row * size + i] + noise[i] }
        }
      }
    }
  }

  private func values(_ draw: Int, _ key: Int, _ size: Int) -> [Float] {
    var stream = RandomStream(seed: seed, ["smoothing", source.rawValue], [key, draw])
    return (0..<size).map { _ in sigma * stream.normal() }
  }

  /// FNV-1a over the bits of the values.
  private static func hash(_ image: Tensor) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    image.withScalars { for value in $0 { hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01B3 } }
    return Int(bitPattern: UInt(hash))
  }
}
