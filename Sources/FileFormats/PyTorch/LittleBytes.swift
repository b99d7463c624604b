/// Bytes of which words are read, the least significant byte first.
struct LittleBytes {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var count: Int { bytes.count }

  /// The caller has made sure that the word is there.
  subscript<Word: FixedWidthInteger & BitwiseCopyable>(place: Int, _: Word.Type) -> Word {
    precondition(
      place >= 0 && place <= bytes.count - MemoryLayout<Word>.size, "\(place) is beyond \(bytes.count) bytes")
    return Word(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Word.self) })
  }
}
