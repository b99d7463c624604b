public import Foundation
internal import Glibc

/// Where a run keeps everything: ledger, models, checkpoints, pictures, results.
public struct RunFolder: Sendable {
  public let path: String

  /// Makes the folder if need be.
  /// - Throws: `HarnessError.unwritable`.
  public init(_ path: String) throws {
    self.path = path
    for folder in [path, "\(path)/models", "\(path)/checkpoints"] {
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch { throw HarnessError.unwritable(path: folder, reason: RunFolder.reason(error)) }
    }
    guard access(path, W_OK) == 0 else {
      throw HarnessError.unwritable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// An existing run, to be read.
  public init(existing path: String) throws {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw HarnessError.missing(path: path, what: "run folder")
    }
  }

  public var ledger: String { "\(path)/ledger.sqlite" }
  public var results: String { "\(path)/results.json" }
  public var resolvedSuite: String { "\(path)/suite.resolved.yaml" }
  public func model(_ id: String) -> String { "\(path)/models/\(id).safetensors" }
  public func checkpoint(_ id: String) -> String { "\(path)/checkpoints/\(id).safetensors" }

  /// Writes a file whole or not at all.
  public func write(_ data: Data, to path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch { throw HarnessError.unwritable(path: path, reason: RunFolder.reason(error)) }
  }

  /// Holds the folder for one process; released when the process ends, however it ends.
  func lock() throws -> RunLock { try RunLock("\(path)/.lock") }

  static func reason(_ error: any Error) -> String {
    if let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError,
      underlying.domain == NSPOSIXErrorDomain
    {
      return String(cString: strerror(Int32(underlying.code)))
    }
    return (error as NSError).localizedDescription
  }
}

final class RunLock: Sendable {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = open(path, O_CREAT | O_RDWR, 0o644)
    guard descriptor >= 0 else {
      throw HarnessError.unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw HarnessError.busy(path: path)
    }
  }

  deinit { close(descriptor) }
}
