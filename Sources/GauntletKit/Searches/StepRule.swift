internal import CKernels
internal import Tensors

/// How a search moves one image against its gradient, by the norm of the threat model.
struct StepRule {
  private let norm: ThreatModel.Norm

  init(_ norm: ThreatModel.Norm) { self.norm = norm }

  /// x ← x − length·direction(g); a gradient that is zero, or not finite anywhere, moves nothing.
  func step(
    _ x: UnsafeMutableBufferPointer<Float>, _ g: UnsafeBufferPointer<Float>, _ length: Double
  ) {
    guard let pixels = x.baseAddress, let gradient = g.baseAddress, gk_all_finite(gradient, g.count) != 0 else {
      return
    }
    let size = Float(length)
    switch norm {
    case .linf:
      gk_linf_step(pixels, gradient, size, x.count)
    case .l2:
      var squares = 0.0
      for value in g { squares += Double(value) * Double(value) }
      guard squares > 0 else { return }
      let scale = length / squares.squareRoot()
      for i in x.indices { x[i] = Float(Double(x[i]) - scale * Double(g[i])) }
    case .l1:
      let free = x.indices.filter { g[$0] != 0 && (g[$0] > 0 ? x[$0] > 0 : x[$0] < 1) }
      let count = min(free.count, (x.count + 99) / 100)
      guard count > 0 else { return }
      let largest = free.sorted { (abs(g[$0]), -$0) > (abs(g[$1]), -$1) }.prefix(count)
      let part = Float(length / Double(count))
      for i in largest { x[i] -= g[i] > 0 ? part : -part }
    }
  }
}
