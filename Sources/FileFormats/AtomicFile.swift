internal import Glibc

/// Files that exist under their name only when they are complete.
public enum AtomicFile {
  /// Writes a file beside its destination, then renames it: whatever goes wrong (a full disk, a signal), the name holds
  /// the old content, or nothing, or all of the new. A link is followed; a device or a pipe is written to as it is.
  /// - Throws: `FileFormatError.unwritable`.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { file in try bytes.withUnsafeBytes(file.write) }
  }

  /// The same for content that comes in pieces.
  /// - Throws: `FileFormatError.unwritable`, and what `body` throws.
  public static func write(to path: String, _ body: (Writer) throws -> Void) throws {
    let target = resolved(path)
    var status = stat()
    if stat(target, &status) == 0 && status.st_mode & S_IFMT != S_IFREG {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw FileFormatError.unwritable(file: path, reason: "it is a folder")
      }
      let writer = Writer(open(target, O_WRONLY | O_CLOEXEC), path)
      try writer.check(writer.descriptor >= 0)
      defer { writer.close() }
      try body(writer)
      return
    }
    let (writer, temporary) = try createBeside(target, path)
    do {
      defer { writer.close() }
      try body(writer)
      try writer.check(fsync(writer.descriptor) == 0)
      try writer.check(writer.close())
      try writer.check(rename(temporary, target) == 0)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// A new file in the folder of `target`, and its name.
  private static func createBeside(_ target: String, _ path: String) throws -> (Writer, String) {
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    for number in 0..<10_000 {
      let temporary = "\(folder).gauntlet-\(getpid())-\(number).partial"
      let writer = Writer(open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666), path)
      if writer.descriptor < 0 && errno == EEXIST { continue }
      try writer.check(writer.descriptor >= 0)
      return (writer, temporary)
    }
    throw FileFormatError.unwritable(file: path, reason: "its folder is full of unfinished files (.gauntlet-*.partial)")
  }

  /// The file that a link at `path` leads to.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// The open file.
  public final class Writer {
    fileprivate private(set) var descriptor: Int32
    private let path: String

    fileprivate init(_ descriptor: Int32, _ path: String) {
      self.descriptor = descriptor
      self.path = path
    }

    /// Appends bytes.
    /// - Throws: `FileFormatError.unwritable`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        try check(count > 0)
        done += count
      }
    }

    /// Throws what the system last complained about, unless the call succeeded.
    fileprivate func check(_ succeeded: Bool) throws {
      guard succeeded else {
        throw FileFormatError.unwritable(file: path, reason: String(cString: strerror(errno)))
      }
    }

    /// Whether the system took everything. Closing again does nothing.
    @discardableResult
    fileprivate func close() -> Bool {
      guard descriptor >= 0 else { return true }
      defer { descriptor = -1 }
      return Glibc.close(descriptor) == 0
    }
  }
}
