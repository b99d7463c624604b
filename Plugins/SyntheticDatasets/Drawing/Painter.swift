internal import Pictures
internal import Tensors

/// Paints scenes: [3, size, size], values in [0, 1] that are whole multiples of 1/255.
///
/// Only +, −, ×, ÷, roundings and square roots, in one order: equal bits wherever it runs.
struct Painter {
  let size: Int

  /// Writes the three planes of the scene to `target`; the noise comes from `stream`.
  func paint(_ scene: Scene, to target: UnsafeMutableBufferPointer<Float>, using stream: inout RandomStream) {
    precondition(target.count == 3 * size * size, "3×\(size)×\(size) values to paint, got room for \(target.count)")
    paintBackground(scene, to: target)
    for part in scene.clutter { paint(part, to: target) }
    for part in scene.parts { paint(part, to: target) }
    finish(scene, target, &stream)
  }

  private func paintBackground(_ scene: Scene, to target: UnsafeMutableBufferPointer<Float>) {
    let plane = size * size
    let step = 1 / Float(size)
    scene.texture.withUnsafeBufferPointer { lattice in
      for row in 0..<size {
        let y = (Float(row) + 0.5) * step
        let (j, v) = cell(y)
        for column in 0..<size {
          let x = (Float(column) + 0.5) * step
          let (i, u) = cell(x)
          let upper = lattice[5 * j + i] + u * (lattice[5 * j + i + 1] - lattice[5 * j + i])
          let lower = lattice[5 * j + i + 5] + u * (lattice[5 * j + i + 6] - lattice[5 * j + i + 5])
          let t = min(max(0.5 + dot(SIMD2(x - 0.5, y - 0.5), scene.gradient), 0), 1)
          let c =
            scene.background.0 + t * (scene.background.1 - scene.background.0)
            + Color(repeating: upper + v * (lower - upper))
          let at = row * size + column
          target[at] = c.x
          target[plane + at] = c.y
          target[2 * plane + at] = c.z
        }
      }
    }
  }

  /// The lattice cell of a coordinate in [0, 1], and the smoothed place in it.
  @inline(__always)
  private func cell(_ x: Float) -> (Int, Float) {
    let scaled = x * 4
    let i = min(Int(scaled), 3)
    let u = scaled - Float(i)
    return (i, u * u * (3 - 2 * u))
  }

  private func paint(_ part: Scene.Part, to target: UnsafeMutableBufferPointer<Float>) {
    let plane = size * size
    let side = Float(size)
    let radius = part.radius * side
    let center = part.center * side
    let axis = Trigonometry.direction(turns: part.rotation)
    // Corners of crosses and bars lie outside of the unit circle.
    let reach = 1.1 * radius + 1
    let rows = bounds(center.y, reach)
    let columns = bounds(center.x, reach)
    part.outline.corners.withUnsafeBufferPointer { corners in
      for row in rows {
        for column in columns {
          let offset = (SIMD2(Float(column) + 0.5, Float(row) + 0.5) - center) / radius
          let p = SIMD2(axis.x * offset.x + axis.y * offset.y, axis.x * offset.y - axis.y * offset.x)
          let coverage = soften(-part.outline.distance(at: p, corners: corners) * radius)
          if coverage == 0 { continue }
          let share = part.fill.share(at: p, density: part.density, phase: part.phase, radius: radius)
          let c = part.colors.0 + share * (part.colors.1 - part.colors.0)
          let at = row * size + column
          target[at] += coverage * (c.x - target[at])
          target[plane + at] += coverage * (c.y - target[plane + at])
          target[2 * plane + at] += coverage * (c.z - target[2 * plane + at])
        }
      }
    }
  }

  /// The pixels within `reach` of `center` that lie in the image.
  private func bounds(_ center: Float, _ reach: Float) -> Range<Int> {
    let first = max(Int((center - reach).rounded(.down)), 0)
    let end = min(Int((center + reach).rounded(.up)), size)
    return first..<max(first, end)
  }

  /// Light, noise, and eight bits.
  private func finish(_ scene: Scene, _ target: UnsafeMutableBufferPointer<Float>, _ stream: inout RandomStream) {
    let plane = size * size
    let step = 1 / Float(size)
    for row in 0..<size {
      for column in 0..<size {
        let place = SIMD2((Float(column) + 0.5) * step - 0.5, (Float(row) + 0.5) * step - 0.5)
        let factor = scene.gain * (1 + dot(scene.light, place))
        let at = row * size + column
        for channel in 0..<3 {
          let value = target[channel * plane + at] * factor + scene.noise * stream.grain()
          target[channel * plane + at] = (min(max(value, 0), 1) * 255).rounded() / 255
        }
      }
    }
  }
}

extension RandomStream {
  /// A bell-shaped draw of mean 0 and variance 1 out of one word: the sum of four uniforms, |draw| < 3.5.
  fileprivate mutating func grain() -> Float {
    let word = next()
    let sum = (word & 0xFFFF) + ((word >> 16) & 0xFFFF) + ((word >> 32) & 0xFFFF) + (word >> 48)
    return (Float(sum) - 131_070) * (1 / 37_837.23)
  }
}
