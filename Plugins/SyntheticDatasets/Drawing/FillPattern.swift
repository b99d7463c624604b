/// How the two colours of a part are laid out inside of it.
enum FillPattern: Int, CaseIterable, Sendable {
  case halves, stripes, checks, dots, circles

  var adjective: String {
    switch self {
    case .halves: "halved"
    case .stripes: "striped"
    case .checks: "checked"
    case .dots: "dotted"
    case .circles: "ringed"
    }
  }

  /// The share of the second colour at a point of the unit disc, 0…1; edges are softened over one pixel.
  ///
  /// - Parameters:
  ///   - density: 1 is the usual number of periods.
  ///   - radius: of the part, in pixels.
  @inline(__always)
  func share(at p: SIMD2<Float>, density: Float, phase: Float, radius: Float) -> Float {
    switch self {
    case .halves: return soften((p.x + phase - 0.25) * radius)
    case .stripes: return wave(p.x, frequency: 1.5 * density, phase: phase, radius: radius)
    case .checks:
      let x = wave(p.x, frequency: 0.85 * density, phase: phase, radius: radius)
      let y = wave(p.y, frequency: 0.85 * density, phase: phase, radius: radius)
      return x + y - 2 * x * y
    case .dots:
      let f = 1.35 * density
      let u = p * f + SIMD2(phase, phase)
      let cell = u - SIMD2(u.x.rounded(.down), u.y.rounded(.down)) - SIMD2(0.5, 0.5)
      return soften((0.33 - length(cell)) / f * radius)
    case .circles: return wave(length(p), frequency: 1.6 * density, phase: phase * 0.3, radius: radius)
    }
  }

  /// A square wave of one coordinate, softened.
  @inline(__always)
  private func wave(_ x: Float, frequency: Float, phase: Float, radius: Float) -> Float {
    let u = x * frequency + phase
    let triangle = abs(u - u.rounded(.down) - 0.5) - 0.25
    return soften(triangle / frequency * radius)
  }
}

/// The coverage of a pixel by what begins so many pixels away.
@inline(__always) func soften(_ pixels: Float) -> Float { min(max(pixels + 0.5, 0), 1) }
