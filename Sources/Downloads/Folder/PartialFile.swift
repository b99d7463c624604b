internal import Foundation
internal import Glibc

/// A file while it is fetched. One process at a time holds it.
final class PartialFile {
  let path: String
  private var descriptor: Int32
  private(set) var size: Int

  /// Opens it, or makes it; keeps what is in it.
  /// - Throws: `DownloadError.unwritable`, `.busy`.
  init(_ path: String) throws {
    self.path = path
    size = 0
    let folder = (path as NSString).deletingLastPathComponent
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw DownloadError.unwritable(path: folder, reason: (error as NSError).localizedDescription)
    }
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw DownloadError.unwritable(path: path, reason: String(cString: strerror(errno))) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close()
      throw DownloadError.busy(path: path)
    }
    size = max(0, Int(lseek(descriptor, 0, SEEK_END)))
  }

  deinit { close() }

  /// Lets others have it.
  func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  /// Appends bytes.
  /// - Throws: `DownloadError.unwritable`.
  func append(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let count = write(descriptor, base + done, bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw failure() }
        done += count
        size += count
      }
    }
  }

  /// Throws away what is in it.
  func clear() throws {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
    size = 0
  }

  /// The first bytes.
  func start() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Check.start) { target, count in
      count = max(0, pread(descriptor, target.baseAddress, Check.start, 0))
    }
  }

  /// Gives it its name; what had the name before is replaced.
  func finish(as name: String) throws {
    guard fsync(descriptor) == 0, rename(path, name) == 0 else { throw failure() }
  }

  func remove() { unlink(path) }

  private func failure() -> DownloadError { .unwritable(path: path, reason: String(cString: strerror(errno))) }
}
