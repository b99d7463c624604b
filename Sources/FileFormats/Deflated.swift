/// Data compressed by deflate, in the wrappers of gzip (RFC 1952) and zlib (RFC 1950), inflated by the system's zlib.
public enum Deflated {
  /// The content of a gzip file, all its members.
  /// - Parameter limit: how many bytes the content may have; more is an error, found before they are in memory.
  /// - Throws: `FileFormatError`: a file that ends early, whose checksum is wrong, or that is too large.
  public static func gzip(contentsOf path: String, limit: Int) throws -> [UInt8] {
    let source = try ByteSource(contentsOf: path)
    return try inflated(source, in: 0..<source.count, .gzip, limit: limit)
  }

  /// The content of a gzip file in memory; `name` is what errors call it.
  /// - Throws: `FileFormatError`.
  public static func gzip(_ bytes: [UInt8], limit: Int, name: String) throws -> [UInt8] {
    try inflated(ByteSource(bytes, name: name), in: bytes.indices, .gzip, limit: limit)
  }

  /// The content of a zlib stream in memory; `name` is what errors call it.
  /// - Throws: `FileFormatError`.
  public static func zlib(_ bytes: [UInt8], limit: Int, name: String) throws -> [UInt8] {
    try inflated(ByteSource(bytes, name: name), in: bytes.indices, .zlib, limit: limit)
  }

  /// The content of a part of a file.
  static func inflated(
    _ source: ByteSource, in range: Range<Int>, _ wrapper: Inflater.Wrapper, limit: Int
  ) throws -> [UInt8] {
    let inflater = try Inflater(source, in: range, wrapper)
    var result: [UInt8] = []
    // What is announced may be a lie, so room grows with what has come. One byte above the limit tells that it is broken.
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let wanted = min(piece.count, max(limit, 0) - result.count + 1)
      let got = try inflater.read(into: UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]))
      guard got <= max(limit, 0) - result.count else {
        throw FileFormatError.tooLarge(file: source.name, format: wrapper.format, limit: limit)
      }
      result += piece[..<got]
      if got < wanted { return result }
    }
  }
}
