internal import Foundation
internal import Glibc

/// What was fetched, by its hash: `downloads.lock.json` in the folder of the data. Whoever fetches the same files
/// later, or copies the file to another machine, gets the same bytes or an error.
struct Lock: Codable, Equatable {
  struct Entry: Codable, Equatable {
    let sha256: String
    let size: Int
    /// Where it came from; empty for a file that was put there by hand.
    let url: String
  }

  static let name = "downloads.lock.json"
  private static let version = 1

  private(set) var version: Int
  /// By download/name.
  var files: [String: Entry]

  /// The lock of a folder; an empty one if there is none yet.
  /// - Throws: `DownloadError.unreadable`.
  init(in folder: String) throws {
    let path = folder + "/" + Lock.name
    guard FileManager.default.fileExists(atPath: path) else {
      (version, files) = (Lock.version, [:])
      return
    }
    guard let data = FileManager.default.contents(atPath: path),
      let lock = try? JSONDecoder().decode(Lock.self, from: data)
    else {
      throw DownloadError.unreadable(path: path, reason: "not a lock file of this program; remove it or restore it")
    }
    guard lock.version == Lock.version else {
      throw DownloadError.unreadable(
        path: path, reason: "it has version \(lock.version), and this program knows \(Lock.version)")
    }
    self = lock
  }

  /// - Throws: `DownloadError.unwritable`.
  func write(in folder: String) throws {
    let path = folder + "/" + Lock.name
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do { try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw DownloadError.unwritable(path: path, reason: (error as NSError).localizedDescription)
    }
  }
}

extension Lock {
  /// Changes the lock of a folder; other processes wait meanwhile.
  /// - Throws: `DownloadError`.
  static func update(in folder: String, _ change: (inout Lock) -> Void) throws {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DownloadError.unwritable(path: folder, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    var lock = try Lock(in: folder)
    let before = lock
    change(&lock)
    if lock != before { try lock.write(in: folder) }
  }
}
