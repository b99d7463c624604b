public import Tensors
internal import Gradients

extension Network {
  /// How far the network stretches small changes of each image, at least: the largest ‖Jᵀu‖ / ‖u‖ that power iteration
  /// finds for the Jacobian J at the image. A lower bound of the Lipschitz constant, to be held against the proved
  /// `Graph.lipschitzBound`.
  ///
  /// Jᵀu comes from the gradient and is exact up to float error (some 1e-5 relative); J v from a central difference, whose
  /// error makes the search worse, not the result wrong.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W].
  ///   - step: length of the change, in ℓ2 over the whole image.
  /// - Throws: `NetworkError.wrongImages`.
  public func largestStretches(at images: Tensor, iterations: Int = 10, step: Float = 0.05, seed: UInt64 = 0) throws
    -> [Double]
  {
    try Network.check(images.shape, input)
    var best = [Double](repeating: 0, count: images.rows)
    guard images.rows > 0 else { return best }
    var stream = RandomStream(seed: seed, ["stretch"])
    var seeds = Tensor(normal: [images.rows, embeddingDimension], deviation: 1, using: &stream)
    for iteration in 0..<iterations {
      let lengths = seeds.rowLengths
      let leaf = Variable(leaf: images)
      let gradient = try self(leaf).gradient(of: leaf, seed: seeds)
      let stretched = gradient.rowLengths
      for n in best.indices where lengths[n] > 0 { best[n] = max(best[n], stretched[n] / lengths[n]) }
      guard iteration + 1 < iterations else { break }
      let moves = gradient.rowsScaled(stretched.map { $0 > 0 ? step / Float($0) : 0 })
      seeds = try self(images.zip(moves) { $0 + $1 }).zip(self(images.zip(moves) { $0 - $1 })) { $0 - $1 }
    }
    return best
  }
}

extension Tensor {
  fileprivate var rowLengths: [Double] {
    let scalars = scalars
    let row = shape.rowCount
    return (0..<rows).map { n in
      scalars[n * row..<(n + 1) * row].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }

  fileprivate func rowsScaled(_ factors: [Float]) -> Tensor {
    let row = shape.rowCount
    return Tensor(scalars.enumerated().map { $0.element * factors[$0.offset / row] }, shape)
  }
}
