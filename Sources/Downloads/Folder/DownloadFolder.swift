internal import Foundation

/// The folder that files are fetched into: FOLDER/download/name.
public struct DownloadFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

  /// What is there of a file, and whether it is the right one.
  public enum State: Sendable, Equatable {
    case absent
    /// A part of so many bytes.
    case partial(Int)
    /// The content agrees with what was published.
    case verified
    /// The content is that of the first fetch; nobody published a hash.
    case asFirstFetched
    /// It is there, and nothing is known to compare it with.
    case unpinned(sha256: String)
    case wrong(got: String, expected: String)
  }

  /// Where a file is or will be.
  public func path(of file: RemoteFile, in download: Download) -> String {
    "\(path)/\(download.id)/\(file.name)"
  }

  /// What a file is while it is fetched: beside its place, and never under its name.
  func partialPath(of file: RemoteFile, in download: Download) -> String {
    path(of: file, in: download) + ".partial"
  }

  func key(of file: RemoteFile, in download: Download) -> String { "\(download.id)/\(file.name)" }

  /// Whether a file is there, whatever its content.
  public func holds(_ file: RemoteFile, in download: Download) -> Bool {
    DownloadFolder.size(path(of: file, in: download)) != nil
  }

  /// Reads the file, if it is there, and compares.
  /// - Throws: `DownloadError.unreadable`.
  public func state(
    of file: RemoteFile, in download: Download, progress: (Int) -> Void = { _ in }
  ) throws -> State {
    let path = path(of: file, in: download)
    guard DownloadFolder.size(path) != nil else {
      return DownloadFolder.size(partialPath(of: file, in: download)).map { .partial($0) } ?? .absent
    }
    let locked = try Lock(in: self.path).files[key(of: file, in: download)]
    let (digest, size) = try Digest.of(path, progress: progress)
    if let wrong = Check.mismatch(of: digest, size: size, with: file, locked: locked) { return wrong }
    switch file.pin {
    case .sha256, .sha256Prefix: return .verified
    case .firstUse: return locked == nil ? .unpinned(sha256: digest) : .asFirstFetched
    }
  }

  /// The size of a regular file; nil if there is none.
  static func size(_ path: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      // A link to a file elsewhere is as good.
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      return target == path || attributes == nil ? nil : size(target)
    }
    return (attributes?[.size] as? NSNumber)?.intValue
  }
}
