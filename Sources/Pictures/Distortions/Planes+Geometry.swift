internal import Tensors

/// Distortions that move pixels.
extension Planes {
  /// `distance` in pixels.
  mutating func shift(by distance: Float, using stream: inout RandomStream) {
    let direction = Trigonometry.direction(turns: stream.uniform())
    resample { x, y in (x + distance * direction.x, y + distance * direction.y) }
  }

  mutating func rotate(turns: Float, using stream: inout RandomStream) {
    let sign: Float = stream.uniform() < 0.5 ? 1 : -1
    let axis = Trigonometry.direction(turns: sign * turns)
    let pivot = (
      x: (Float(width) - 1) * stream.uniform(0.4...0.6), y: (Float(height) - 1) * stream.uniform(0.4...0.6)
    )
    resample { x, y in
      let (dx, dy) = (x - pivot.x, y - pivot.y)
      return (pivot.x + axis.x * dx - axis.y * dy, pivot.y + axis.y * dx + axis.x * dy)
    }
  }

  /// `amount`: root mean square of the displacement, in pixels.
  mutating func warp(by amount: Float, using stream: inout RandomStream) {
    // For each axis three plane waves of up to two periods; then scaled to the wanted mean square.
    struct Wave {
      let fx: Float, fy: Float, phase: Float, height: Float
    }
    var waves: [[Wave]] = []
    for _ in 0..<2 {
      waves.append(
        (0..<3).map { _ in
          Wave(
            fx: stream.uniform(-2...2) / Float(width), fy: stream.uniform(-2...2) / Float(height),
            phase: stream.uniform(), height: stream.uniform(0.5...1))
        })
    }
    var field = [[Float]](repeating: [Float](repeating: 0, count: height * width), count: 2)
    var energy: Double = 0
    for axis in 0..<2 {
      for row in 0..<height {
        for column in 0..<width {
          var sum: Float = 0
          for wave in waves[axis] {
            let turns = wave.fx * Float(column) + wave.fy * Float(row) + wave.phase
            sum += wave.height * Float(Trigonometry.sine(turns: Double(turns)))
          }
          field[axis][row * width + column] = sum
          energy += Double(sum * sum)
        }
      }
    }
    let scale = amount / max(Float((energy / Double(height * width)).squareRoot()), 1e-6)
    let columns = width
    resample { x, y in
      let at = Int(y) * columns + Int(x)
      return (x + scale * field[0][at], y + scale * field[1][at])
    }
  }
}
