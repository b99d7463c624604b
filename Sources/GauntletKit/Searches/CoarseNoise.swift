internal import Tensors

/// Noise that blocks of pixels share, as published black-box attacks draw it: 7×7 at 224×224, single pixels elsewhere.
struct CoarseNoise {
  let block: Int

  /// - Parameter block: the side of the blocks; 1 where the image's sides are no multiples. Nil: as published.
  init(_ block: Int? = nil, height: Int, width: Int) {
    let block = block ?? (height == 224 && width == 224 ? 7 : 1)
    self.block = height % block == 0 && width % block == 0 ? block : 1
  }

  /// One image of it, row by row, a value a block in the order of the blocks: [1, C, H, W].
  func drawn(_ shape: Shape, value: () -> Float) -> Tensor {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    let (rows, columns) = (height / block, width / block)
    let coarse = (0..<channels * rows * columns).map { _ in value() }
    var scalars: [Float] = []
    scalars.reserveCapacity(shape.count)
    for channel in 0..<channels {
      for y in 0..<height {
        for x in 0..<width { scalars.append(coarse[(channel * rows + y / block) * columns + x / block]) }
      }
    }
    return Tensor(scalars, shape)
  }
}

extension Objective {
  /// What a search without gradients raises: the first measure, turned to the adversary's side; a NaN counts as the most
  /// that there is.
  func scores(at images: Tensor, samples: [Int]) throws -> [Double] {
    let wantsLess = measures.first?.adversaryWants == .lower
    return try outcomes(at: images, samples: samples).map { outcome in
      guard let value = outcome.values.first else { return 0 }
      return value.isNaN ? .infinity : wantsLess ? -value : value
    }
  }
}
