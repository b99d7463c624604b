/// RGB values in [0, 1], before clipping.
typealias Color = SIMD3<Float>

/// The colour of a hue (in turns), a saturation and a value.
func color(hue: Float, saturation: Float, value: Float) -> Color {
  let sector = (hue - hue.rounded(.down)) * 6
  // Each channel is a trapezoid over the hue, shifted by a third of a turn.
  func channel(_ shift: Float) -> Float {
    var d = sector - shift
    if d > 3 { d -= 6 }
    if d < -3 { d += 6 }
    return min(max(2 - abs(d), 0), 1)
  }
  let pure = Color(channel(0), channel(2), channel(4))
  return value * (Color(repeating: 1 - saturation) + saturation * pure)
}
