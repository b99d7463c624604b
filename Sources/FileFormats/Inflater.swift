internal import CZlib

/// A deflated stream (RFC 1950, 1951, 1952) that is inflated piece by piece: the owner of zlib's state.
///
/// A gzip file may have several members, one behind the other. What follows the end of a zlib stream is not looked at.
final class Inflater {
  /// What is around the deflated data.
  enum Wrapper {
    case gzip, zlib
    /// Nothing: so a zip archive holds it, and the only archives that are read are PyTorch's.
    case bare

    var format: FileFormat {
      switch self {
      case .gzip: .gzip
      case .zlib: .zlib
      case .bare: .pytorch
      }
    }

    /// zlib's code of the largest window: with 16 added for gzip, negative where there is no wrapper.
    fileprivate var windowBits: Int32 {
      switch self {
      case .gzip: 15 + 16
      case .zlib: 15
      case .bare: -15
      }
    }
  }

  /// No deflated data becomes more than this many times as large: a match of 258 bytes takes at least two bits.
  static let maximumRatio = 1_032

  private static let pieceSize = 1 << 16

  private let source: ByteSource
  private let wrapper: Wrapper
  /// Where the input goes on, and where it ends.
  private var position: Int
  private let end: Int
  private var hasEnded = false
  // zlib keeps the address of its state, and of the input between two calls, so both stay where they are.
  private let state: UnsafeMutablePointer<z_stream>
  private let piece: UnsafeMutableRawBufferPointer

  /// - Parameter range: where the stream lies in the source; the caller has compared it with the source's size.
  /// - Throws: `FileFormatError.unreadable` where there is no memory for zlib.
  init(_ source: ByteSource, in range: Range<Int>, _ wrapper: Wrapper) throws {
    self.source = source
    self.wrapper = wrapper
    position = range.lowerBound
    end = range.upperBound
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    piece = .allocate(byteCount: min(Inflater.pieceSize, max(range.count, 1)), alignment: 16)
    let status = inflateInit2_(state, wrapper.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw failure(status) }
  }

  deinit {
    inflateEnd(state)
    state.deallocate()
    piece.deallocate()
  }

  /// Fills `target` from its start, and says how many bytes there were: fewer than it has room for at the end only.
  /// - Throws: `FileFormatError`.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    var done = 0
    while done < target.count, !hasEnded {
      if state.pointee.avail_in == 0, position < end { try refill() }
      let room = UnsafeMutableRawBufferPointer(rebasing: target[done...].prefix(1 << 30))
      state.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      state.pointee.avail_out = UInt32(room.count)
      let status = inflate(state, Z_NO_FLUSH)
      done += room.count - Int(state.pointee.avail_out)
      switch status {
      case Z_OK: break
      case Z_STREAM_END: try finishMember()
      default: throw failure(status)
      }
    }
    return done
  }

  /// Whether nothing is left. Reads on to see whether the stream ends, and whether its checksum is right.
  /// - Throws: `FileFormatError`.
  func isAtEnd() throws -> Bool {
    try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { try read(into: $0) == 0 }
  }

  private func refill() throws {
    let next = UnsafeMutableRawBufferPointer(rebasing: piece.prefix(end - position))
    try source.read(at: position, into: next)
    position += next.count
    state.pointee.next_in = next.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_in = UInt32(next.count)
  }

  private func finishMember() throws {
    guard wrapper == .gzip, state.pointee.avail_in > 0 || position < end else {
      hasEnded = true
      return
    }
    let status = inflateReset(state)
    guard status == Z_OK else { throw failure(status) }
  }

  /// The one place that turns zlib's codes into errors.
  private func failure(_ status: Int32) -> FileFormatError {
    switch status {
    case Z_MEM_ERROR: .unreadable(file: source.name, reason: "there is no memory to inflate it")
    case Z_VERSION_ERROR: .unreadable(file: source.name, reason: "the zlib of this system is not the one built against")
    case Z_BUF_ERROR: malformed("it ends within its deflated data")
    case Z_NEED_DICT: malformed("it wants a preset dictionary")
    default: malformed(state.pointee.msg.map { String(cString: $0) } ?? "zlib refuses it with code \(status)")
    }
  }

  private func malformed(_ reason: String) -> FileFormatError {
    .malformed(file: source.name, format: wrapper.format, reason: reason)
  }
}
