internal import Crypto
internal import Foundation
internal import GauntletKit

/// SHA-256 of what decides numbers.
enum ContentHash {
  /// Of a list of texts; unlike lists give unlike hashes, however their texts are cut.
  static func of(_ parts: [String]) -> String {
    var hash = SHA256()
    for part in parts {
      let bytes = Array(part.utf8)
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
      bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    return text(of: hash.finalize())
  }

  static func of(_ dataset: any Dataset) throws -> String {
    var hash = SHA256()
    try dataset.forEachContent { hash.update(bufferPointer: $0) }
    return text(of: hash.finalize())
  }

  /// Of scalars as they lie in memory (little-endian on every machine that Swift runs on).
  static func of(bytes scalars: UnsafeBufferPointer<Float>) -> String {
    var hash = SHA256()
    hash.update(bufferPointer: UnsafeRawBufferPointer(scalars))
    return text(of: hash.finalize())
  }

  static func ofFile(_ path: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw HarnessError.unreadable(path: path, reason: "the file cannot be opened")
    }
    defer { try? handle.close() }
    var hash = SHA256()
    do {
      while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(data: chunk) }
    } catch { throw HarnessError.unreadable(path: path, reason: "reading failed: \(error.localizedDescription)") }
    return text(of: hash.finalize())
  }

  private static func text(of digest: SHA256.Digest) -> String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
