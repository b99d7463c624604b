internal import Pictures
internal import Tensors

/// One image before it is painted: the attributes of its class, and everything in which it differs from its siblings.
/// Lengths are in units of the image's side.
struct Scene: Sendable {
  struct Part: Sendable {
    var outline: Outline
    var fill: FillPattern
    var center: SIMD2<Float>
    var radius: Float
    /// In turns.
    var rotation: Float
    var density: Float
    var phase: Float
    var colors: (Color, Color)
  }

  /// Colours of the background's gradient, from one border to the other along `gradient`.
  let background: (Color, Color)
  let gradient: SIMD2<Float>
  /// A lattice of 5 × 5 brightness offsets, interpolated smoothly.
  let texture: [Float]
  let clutter: [Part]
  let parts: [Part]
  /// Light falls from one side: the factor is `gain` · (1 + light · position), position in [-1/2, 1/2].
  let light: SIMD2<Float>
  let gain: Float
  /// Standard deviation of the noise of each value.
  let noise: Float

  /// Draws an instance of the class.
  init(of kind: ShapeClass, using stream: inout RandomStream) {
    func position() -> SIMD2<Float> { SIMD2(stream.uniform(), stream.uniform()) }

    // Background: pale or dark, so that the saturated parts stand out in most images but not by a fixed colour.
    let value = stream.uniform(0.15...0.85)
    let tint = stream.uniform()
    func ground() -> Color {
      color(
        hue: tint + stream.uniform(-0.1...0.1), saturation: stream.uniform(0...0.45),
        value: value + stream.uniform(-0.15...0.15))
    }
    background = (ground(), ground())
    let slope = Trigonometry.direction(turns: stream.uniform())
    gradient = SIMD2(slope.x, slope.y)
    let roughness = stream.uniform(0.02...0.14)
    texture = (0..<25).map { _ in stream.uniform(-roughness...roughness) }

    // Clutter: small things of any outline, in muted colours.
    var clutter: [Part] = []
    for _ in 0..<2 + stream.integer(below: 4) {
      let shade = color(
        hue: stream.uniform(), saturation: stream.uniform(0.1...0.6), value: stream.uniform(0.2...0.9))
      clutter.append(
        Part(
          outline: Outline.allCases[stream.integer(below: Outline.allCases.count)], fill: .halves,
          center: position(), radius: stream.uniform(0.03...0.09), rotation: stream.uniform(), density: 1, phase: 0,
          colors: (shade, shade)))
    }
    self.clutter = clutter

    // The parts: equal but for a little jitter, around a common centre.
    let hue = stream.uniform()
    let sign: Float = stream.uniform() < 0.5 ? 1 : -1
    let other = hue + sign * (kind.hues.turns + stream.uniform(-0.04...0.04))
    let colors = (
      color(hue: hue, saturation: stream.uniform(0.6...1), value: stream.uniform(0.65...1)),
      color(hue: other, saturation: stream.uniform(0.6...1), value: stream.uniform(0.65...1))
    )
    let size = stream.uniform(0.82...1.15)
    let (radius, spread): (Float, Float) = [(0.3, 0), (0.205, 0.22), (0.175, 0.245)][kind.parts - 1]
    let center = SIMD2<Float>(stream.uniform(0.42...0.58), stream.uniform(0.42...0.58))
    let start = stream.uniform()
    let tilt = stream.uniform(-0.1...0.1)
    let density = stream.uniform(0.88...1.12)
    parts = (0..<kind.parts).map { i in
      let d = Trigonometry.direction(
        turns: start + Float(i) / Float(kind.parts) + stream.uniform(-0.03...0.03))
      return Part(
        outline: kind.outline, fill: kind.fill, center: center + spread * size * SIMD2(d.x, d.y),
        radius: radius * size * stream.uniform(0.92...1.08), rotation: tilt + stream.uniform(-0.03...0.03),
        density: density, phase: 0.25 + stream.uniform(-0.12...0.12), colors: colors)
    }

    let from = Trigonometry.direction(turns: stream.uniform())
    light = stream.uniform(0...0.5) * SIMD2(from.x, from.y)
    gain = stream.uniform(0.8...1.1)
    noise = stream.uniform(0.01...0.04)
  }
}
