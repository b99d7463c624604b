/// Deflated files of stored blocks: nothing is compressed, so that writing them takes no library.
public enum StoredBlocks {
  /// A gzip file of one member (RFC 1952).
  public static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + blocks(bytes) + little(checksum(bytes)) + little(UInt32(bytes.count))
  }

  /// A zlib stream (RFC 1950).
  public static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return [0x78, 0x01] + blocks(bytes) + little(b << 16 | a).reversed()
  }

  /// The deflated data alone (RFC 1951).
  public static func blocks(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    repeat {
      let end = min(start + 0xFFFF, bytes.count)
      let size = UInt16(end - start)
      result.append(end == bytes.count ? 1 : 0)
      for half in [size, ~size] { result += [UInt8(half & 255), UInt8(half >> 8)] }
      result += bytes[start..<end]
      start = end
    } while start < bytes.count
    return result
  }

  /// The CRC-32 of gzip and zip.
  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ rest >> 1 : rest >> 1 }
    }
  }

  private static func little(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
}
