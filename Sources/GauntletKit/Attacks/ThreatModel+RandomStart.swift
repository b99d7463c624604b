internal import Glibc
public import Tensors

extension ThreatModel {
  /// Images drawn uniformly from the ball of radius ε, then projected onto the threat model.
  ///
  /// ℓ∞: independent uniform offsets. ℓ2: a normal direction, at the radius ε·u^(1/n). ℓ1: signed exponentials over the
  /// sum of one more than there are pixels.
  /// - Parameter stream: the randomness of a row; each draws from its own.
  public func randomStart(around clean: Tensor, stream: (Int) -> RandomStream) -> Tensor {
    let size = clean.shape.rowCount
    var images = clean
    images.withMutableScalars { pixels in
      for row in 0..<clean.rows {
        var random = stream(row)
        var offsets: [Double] = []
        for _ in 0..<moved.count { offsets += self.offsets(size / moved.count, using: &random) }
        for i in 0..<size { pixels[row * size + i] += Float(offsets[i]) }
      }
    }
    return projected(images, around: clean)
  }

  private func offsets(_ count: Int, using random: inout RandomStream) -> [Double] {
    switch norm {
    case .linf:
      return (0..<count).map { _ in epsilon * (2 * random.uniformDouble() - 1) }
    case .l2:
      let direction = (0..<count).map { _ in Double(random.normal()) }
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let radius = epsilon * pow(random.uniformDouble(), 1 / Double(max(count, 1)))
      return direction.map { length == 0 ? 0 : $0 * radius / length }
    case .l1:
      let lengths = (0...count).map { _ in -log(1 - random.uniformDouble()) }
      let total = lengths.reduce(0, +)
      return (0..<count).map { (random.next() & 1 == 0 ? -1 : 1) * epsilon * lengths[$0] / max(total, 1e-300) }
    }
  }
}
