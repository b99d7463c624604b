internal import Glibc

/// Bytes that are read piece by piece: of a regular file, or in memory.
final class ByteSource: Sendable {
  /// What errors call it.
  let name: String
  let count: Int
  private let bytes: [UInt8]
  private let descriptor: Int32?

  /// Bytes in memory.
  init(_ bytes: [UInt8], name: String) {
    self.name = name
    self.bytes = bytes
    count = bytes.count
    descriptor = nil
  }

  /// A regular file.
  /// - Throws: `FileFormatError.unreadable`.
  init(contentsOf path: String) throws {
    name = path
    bytes = []
    // Not blocking, so that a pipe without a writer is refused below rather than waited for.
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw FileFormatError.unreadable(file: path, reason: ByteSource.reason) }
    descriptor = opened
    var status = stat()
    let found = fstat(opened, &status)
    count = found == 0 ? Int(status.st_size) : 0
    guard found == 0 else { throw FileFormatError.unreadable(file: path, reason: ByteSource.reason) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileFormatError.unreadable(file: path, reason: "it is a folder")
    default: throw FileFormatError.unreadable(file: path, reason: "it is not a regular file")
    }
  }

  deinit { if let descriptor { close(descriptor) } }

  /// Fills `target` with the bytes from `offset` on. The caller has compared the range with `count`.
  /// - Throws: `FileFormatError.unreadable`, also if the file has become shorter meanwhile.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    precondition(
      offset >= 0 && offset <= count - target.count, "\(target.count) bytes at \(offset) are beyond \(count)")
    guard let base = target.baseAddress, target.count > 0 else { return }
    guard let descriptor else {
      bytes.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[offset..<offset + target.count])) }
      return
    }
    var done = 0
    while done < target.count {
      let got = pread(descriptor, base + done, target.count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw FileFormatError.unreadable(file: name, reason: ByteSource.reason) }
      guard got > 0 else { throw FileFormatError.unreadable(file: name, reason: "it became shorter while it was read") }
      done += got
    }
  }

  /// The bytes of a range, which the caller has compared with `count`.
  func read(_ range: Range<Int>) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: range.count) { target, count in
      try read(
        at: range.lowerBound,
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[..<range.count]))
      count = range.count
    }
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
