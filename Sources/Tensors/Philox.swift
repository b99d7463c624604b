/// The counter-based generator Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
///
/// A draw is a pure function of key and counter, so a sample's randomness depends on who it is, not on when it is drawn.
public struct Philox: Hashable, Sendable {
  public let key: UInt64

  public init(key: UInt64) { self.key = key }

  /// Four independent words for one counter.
  public func words(_ high: UInt64, _ low: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1) = (UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32))
    var (c2, c3) = (UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32))
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for round in 0..<10 {
      if round > 0 {
        k0 &+= 0x9E37_79B9
        k1 &+= 0xBB67_AE85
      }
      let p0 = UInt64(0xD251_1F53) &* UInt64(c0)
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(c2)
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
    }
    return (c0, c1, c2, c3)
  }
}

/// One sequence of random numbers, named by what it is for.
///
/// `RandomStream(seed: 7, "pgd", "start", sample, restart)`: equal names give equal sequences, on every machine.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let philox: Philox
  private var counter: UInt64 = 0
  private var spare: UInt64?

  public init(seed: UInt64, _ purpose: [String], _ indices: [Int] = []) {
    // FNV-1a over the names, finished by SplitMix64 after every index, so that neighbours do not resemble each other.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ RandomStream.mixed(seed)
    for word in purpose {
      for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = RandomStream.mixed(hash ^ 0xFF)
    }
    for index in indices { hash = RandomStream.mixed(hash ^ UInt64(bitPattern: Int64(index))) }
    philox = Philox(key: hash)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public mutating func next() -> UInt64 {
    if let word = spare {
      spare = nil
      return word
    }
    let (a, b, c, d) = philox.words(0, counter)
    counter += 1
    spare = UInt64(c) << 32 | UInt64(d)
    return UInt64(a) << 32 | UInt64(b)
  }

  /// Uniform in [0, 1), with 24 bits.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Uniform in the range.
  public mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Uniform in [0, 1), with 53 bits.
  public mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An integer of 0..<bound, each equally likely (Lemire's rejection).
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "no integer lies below \(bound)")
    let n = UInt64(bound)
    var product = next().multipliedFullWidth(by: n)
    if product.low < n {
      let threshold = (0 &- n) % n
      while product.low < threshold { product = next().multipliedFullWidth(by: n) }
    }
    return Int(product.high)
  }

  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for i in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(i, integer(below: i + 1)) }
  }
}
