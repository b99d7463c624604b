package import Tensors

extension RandomStream {
  /// A bell-shaped draw of mean 0 and variance 1: the sum of eight uniforms (Irwin–Hall), |draw| < 4.9.
  ///
  /// Sums of integers, scaled once: unlike Box–Muller it needs no logarithm, so its bits depend on no C library.
  package mutating func bell() -> Float {
    let (a, b) = (next(), next())
    var sum: UInt64 = 0
    for shift: UInt64 in [0, 16, 32, 48] { sum += ((a >> shift) & 0xFFFF) + ((b >> shift) & 0xFFFF) }
    // Mean 8 · 65535/2; variance 8 · (65536² − 1)/12.
    return (Float(sum) - 262_140) * (1 / 53_509.92)
  }
}
