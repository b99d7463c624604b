public import Foundation
internal import Glibc

/// Where a run keeps everything: ledger, models, checkpoints, pictures, results.
public struct RunFolder: Sendable {
  public let path: String
  /// A folder of models that other runs use too; nil for one of its own.
  public let sharedModels: String?

  /// Makes the folder if need be.
  /// - Parameter models: where trained models are, for several runs and shards together; each is trained by whoever comes
  ///   first, and the others wait.
  /// - Throws: `HarnessError.unwritable`.
  public init(_ path: String, models: String? = nil) throws {
    self.path = path
    sharedModels = models
    for folder in [path, "\(path)/models", "\(path)/checkpoints"] + (models.map { [$0, "\($0)/checkpoints"] } ?? []) {
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
    sharedModels = nil
    guard FileManager.default.fileExists(atPath: path) else {
      throw HarnessError.missing(path: path, what: "run folder")
    }
  }

  /// A run's folder, if it is there, and those below its `shards` that say that they are shards of the same run.
  public static func withShards(_ path: String, of identity: PlanIdentity) throws -> [RunFolder] {
    guard isFolder(path) else { return [] }
    let shards = "\(path)/shards"
    let names = isFolder(shards) ? try FileManager.default.contentsOfDirectory(atPath: shards).sorted() : []
    let folders = try names.map { "\(shards)/\($0)" }.filter(isFolder).map { try RunFolder(existing: $0) }
    return try [RunFolder(existing: path)] + folders.filter { try ShardRecord(in: $0)?.identity == identity }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  public var ledger: String { "\(path)/ledger.sqlite" }
  public var results: String { "\(path)/results.json" }
  public var resolvedSuite: String { "\(path)/suite.resolved.yaml" }
  /// What a shard says of itself.
  public var shard: String { "\(path)/shard.json" }
  public func model(_ id: String) -> String { "\(sharedModels ?? "\(path)/models")/\(id).safetensors" }
  public func checkpoint(_ id: String) -> String {
    "\(sharedModels.map { "\($0)/checkpoints" } ?? "\(path)/checkpoints")/\(id).safetensors"
  }

  /// Writes a file whole or not at all.
  public func write(_ data: Data, to path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch { throw HarnessError.unwritable(path: path, reason: RunFolder.reason(error)) }
  }

  /// Holds the folder for one process; released when the process ends, however it ends.
  /// - Throws: `HarnessError.busy`.
  func lock() throws -> FileLock {
    guard let lock = try FileLock.acquire("\(path)/.lock") else { throw HarnessError.busy(path: path) }
    return lock
  }

  static func reason(_ error: any Error) -> String {
    if let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError,
      underlying.domain == NSPOSIXErrorDomain
    {
      return String(cString: strerror(Int32(underlying.code)))
    }
    return (error as NSError).localizedDescription
  }
}
