internal import Glibc

/// A file that one process holds, on this machine or, where the file system carries locks between machines, on several;
/// released when the process ends, however it ends.
final class FileLock: Sendable {
  private let descriptor: Int32

  private init(holding descriptor: Int32) { self.descriptor = descriptor }

  /// Nil where another process holds it.
  /// - Throws: `HarnessError.unwritable`, also where the file system has no locks.
  static func acquire(_ path: String) throws -> FileLock? {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw HarnessError.unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(descriptor)
      if reason == EWOULDBLOCK { return nil }
      throw HarnessError.unwritable(path: path, reason: "it cannot be locked: \(String(cString: strerror(reason)))")
    }
    return FileLock(holding: descriptor)
  }

  deinit { close(descriptor) }
}
