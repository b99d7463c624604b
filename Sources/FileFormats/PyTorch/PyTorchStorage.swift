/// Where the numbers of a storage lie.
struct PyTorchStorage: Sendable {
  enum Content: Sendable {
    /// As they are, from a place of the source on.
    case plain(Int)
    /// Deflated, in a range of the source.
    case deflated(Range<Int>)
  }

  let source: ByteSource
  let content: Content
  let byteCount: Int
  let isBigEndian: Bool

  /// A source that has them as they are, and where they begin in it.
  /// - Throws: `FileFormatError`; what zlib says of them is said of the whole file.
  func opened() throws -> (source: ByteSource, offset: Int) {
    switch content {
    case .plain(let offset): return (source, offset)
    case .deflated(let range):
      let bytes: [UInt8]
      do {
        bytes = try Deflated.inflated(source, in: range, .bare, limit: byteCount)
      } catch FileFormatError.malformed(_, _, let reason) {
        throw source.malformed("the deflated entry at byte \(range.lowerBound) is damaged: \(reason)")
      } catch FileFormatError.tooLarge {
        throw source.malformed("the deflated entry at byte \(range.lowerBound) has more than the \(byteCount) bytes")
      }
      guard bytes.count == byteCount else {
        throw source.malformed(
          "the deflated entry at byte \(range.lowerBound) announces \(byteCount) bytes and has \(bytes.count)")
      }
      return (ByteSource(bytes, name: source.name), 0)
    }
  }
}
