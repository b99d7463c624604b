/// Sine and cosine made of +, −, × and rounding only: the same bits on every machine, whatever its C library.
///
/// Arguments are in turns (1 turn = 2π), which makes the reduction exact. Absolute error below 1e-9.
package enum Trigonometry {
  /// sin(2π·turns), for |turns| below 2^40.
  package static func sine(turns: Double) -> Double {
    // To [-1/2, 1/2], then by symmetry to [-1/4, 1/4].
    var t = turns - turns.rounded(.toNearestOrEven)
    if t > 0.25 { t = 0.5 - t }
    if t < -0.25 { t = -0.5 - t }
    let x = t * 6.283185307179586
    let q = x * x
    // Taylor up to x^15; the next term is below 7e-12 at π/2.
    var s = -1.0 / 1_307_674_368_000
    s = s * q + 1.0 / 6_227_020_800
    s = s * q - 1.0 / 39_916_800
    s = s * q + 1.0 / 362_880
    s = s * q - 1.0 / 5040
    s = s * q + 1.0 / 120
    s = s * q - 1.0 / 6
    return x + x * q * s
  }

  /// cos(2π·turns).
  package static func cosine(turns: Double) -> Double { sine(turns: turns + 0.25) }

  /// (cos, sin) of 2π·turns.
  package static func direction(turns: Float) -> (x: Float, y: Float) {
    (Float(cosine(turns: Double(turns))), Float(sine(turns: Double(turns))))
  }
}
