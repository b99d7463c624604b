internal import Crypto
internal import Foundation

/// SHA-256 of files.
enum Digest {
  private static let chunk = 4 << 20

  /// The hexadecimal digest of a file's content, and its size.
  /// - Throws: `DownloadError.unreadable`.
  static func of(_ path: String, progress: (Int) -> Void = { _ in }) throws -> (sha256: String, size: Int) {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw DownloadError.unreadable(path: path, reason: "it cannot be opened")
    }
    defer { try? file.close() }
    var hash = SHA256()
    var size = 0
    do {
      while let data = try file.read(upToCount: chunk), !data.isEmpty {
        hash.update(data: data)
        size += data.count
        progress(size)
      }
    } catch { throw DownloadError.unreadable(path: path, reason: error.localizedDescription) }
    return (hash.finalize().map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined(), size)
  }
}
