internal import Glibc

/// The content of a regular file, read at once.
enum FileBytes {
  /// - Throws: `PictureError.unreadable` or `.fileTooLarge`.
  static func read(_ path: String, limits: PictureLimits) throws -> [UInt8] {
    // Not blocking, so that a pipe without a writer is refused below rather than waited for.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw PictureError.unreadable(file: path, reason: "it is a folder")
    default: throw PictureError.unreadable(file: path, reason: "it is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= limits.maximumFileBytes else {
      throw PictureError.fileTooLarge(file: path, bytes: size, limits: limits)
    }
    return try [UInt8](unsafeUninitializedCapacity: size) { target, count in
      while count < size {
        let got = Glibc.read(descriptor, target.baseAddress! + count, size - count)
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else { throw failure(path) }
        if got == 0 { break }  // somebody shortened it meanwhile; the decoder will say so
        count += got
      }
    }
  }

  private static func failure(_ path: String) -> PictureError {
    .unreadable(file: path, reason: String(cString: strerror(errno)))
  }
}
