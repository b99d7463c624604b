/// The bytes of a source from first to last: as they are, or inflated where they are gzip.
final class ByteStream {
  private let source: ByteSource
  private let inflater: Inflater?
  private var position = 0

  /// - Throws: `FileFormatError.unreadable`.
  init(_ source: ByteSource) throws {
    self.source = source
    let isGzip = try source.read(0..<min(2, source.count)) == [0x1F, 0x8B]
    inflater = isGzip ? try Inflater(source, in: 0..<source.count, .gzip) : nil
  }

  /// No more bytes than this can come.
  var maximumCount: Int { inflater == nil ? source.count : source.count * Inflater.maximumRatio }

  /// The next bytes: fewer than wanted where the source ends.
  /// - Throws: `FileFormatError`.
  func read(upTo wanted: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: wanted) { target, count in
      let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[..<wanted])
      if let inflater {
        count = try inflater.read(into: room)
      } else {
        let got = min(wanted, source.count - position)
        try source.read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: room[..<got]))
        position += got
        count = got
      }
    }
  }

  /// Whether nothing is left; of a gzip file also that its checksum is right.
  /// - Throws: `FileFormatError`.
  func isAtEnd() throws -> Bool { try inflater?.isAtEnd() ?? (position == source.count) }
}
