/// The CRC-32 of PNG chunks (polynomial 0xEDB88320), and files whose checksums are made right again.
enum PNGChecksum {
  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// The file with the right checksum behind every chunk, as far as its chunks can be followed.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var place = 8
    while place + 12 <= file.count {
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - place - 12 else { break }
      let end = place + 8 + length
      let crc = of(file[place + 4..<end])
      for i in 0..<4 { file[end + i] = UInt8(truncatingIfNeeded: crc >> (24 - 8 * UInt32(i))) }
      place = end + 4
    }
    return file
  }
}
