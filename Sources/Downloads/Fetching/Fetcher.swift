internal import Foundation

/// Fetches files into a folder.
///
/// A file stands under its name only when it is whole and agrees with what is known of it. What came of it before
/// stands beside it (`.partial`), and the next run goes on from there. Mirrors are tried in order. Proxies are those of
/// the environment (`http_proxy`, `https_proxy`, `no_proxy`).
public struct Fetcher: Sendable {
  /// What came of a file.
  public enum Outcome: Sendable, Equatable {
    /// It was there, and is right.
    case present
    case fetched(from: String, sha256: String)
    /// It was there, put by hand; its hash was unknown and is now kept.
    case pinned(sha256: String)
  }

  /// What happens meanwhile.
  public enum Event: Sendable, Equatable {
    case trying(url: String, offset: Int)
    case received(Int, of: Int?)
    case gaveUp(url: String, reason: String)
  }

  private let folder: DownloadFolder
  private let isOffline: Bool
  private let extraMirror: String?
  private let report: @Sendable (Event) -> Void

  /// How often one mirror is asked again while bytes still come.
  private static let attempts = 4

  /// - Parameters:
  ///   - isOffline: whether no connection may be made.
  ///   - extraMirror: an address below which every file lies as download/name; tried first.
  public init(
    into folder: DownloadFolder, isOffline: Bool = false, extraMirror: String? = nil,
    report: @escaping @Sendable (Event) -> Void = { _ in }
  ) throws {
    if let extraMirror, Catalogue.webAddress(extraMirror) == nil {
      throw DownloadError.refused(url: extraMirror, reason: "no address that begins with https:// or http://")
    }
    self.folder = folder
    self.isOffline = isOffline
    self.extraMirror = extraMirror.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    self.report = report
  }

  /// Sees to it that a file is there and right.
  /// - Throws: `DownloadError`.
  public func fetch(_ file: RemoteFile, of download: Download) throws -> Outcome {
    let path = folder.path(of: file, in: download)
    switch try folder.state(of: file, in: download) {
    case .verified, .asFirstFetched: return .present
    case .unpinned(let digest):
      try lock(file, download, Lock.Entry(sha256: digest, size: DownloadFolder.size(path) ?? 0, url: ""))
      return .pinned(sha256: digest)
    case .wrong(let got, let expected): throw DownloadError.wrongContent(path: path, got: got, expected: expected)
    case .absent, .partial: break
    }
    let mirrors = (extraMirror.map { ["\($0)/\(download.id)/\(file.name)"] } ?? []) + file.mirrors
    if isOffline { throw DownloadError.offline(file: path, source: mirrors.first ?? file.instructions) }
    guard !mirrors.isEmpty else { throw DownloadError.manual(file: path, instructions: file.instructions) }
    let partial = try PartialFile(folder.partialPath(of: file, in: download))
    // The session of a broken connection may hold on to the file for a while.
    defer { partial.close() }
    var reasons: [String] = []
    for mirror in mirrors {
      do {
        let (digest, size) = try fetch(file, of: download, from: mirror, into: partial)
        // The hash is kept before the file has its name: a file without one would be taken for one put by hand.
        try lock(file, download, Lock.Entry(sha256: digest, size: size, url: mirror))
        try partial.finish(as: path)
        Source.remove(of: partial.path)
        return .fetched(from: mirror, sha256: digest)
      } catch let error as DownloadError {
        switch error {
        case .refused, .webPage:
          report(.gaveUp(url: mirror, reason: error.description))
          reasons.append(error.description)
        default: throw error
        }
      }
    }
    if partial.size == 0 {
      partial.remove()
      Source.remove(of: partial.path)
    }
    if !file.instructions.isEmpty { reasons.append("by hand: \(file.instructions)") }
    throw DownloadError.failed(file: path, reasons: reasons)
  }

  /// Asks one mirror, again while bytes come; then checks the whole.
  private func fetch(
    _ file: RemoteFile, of download: Download, from mirror: String, into partial: PartialFile
  ) throws -> (sha256: String, size: Int) {
    guard let url = Catalogue.webAddress(mirror) else {
      throw DownloadError.refused(url: mirror, reason: "no address of the web")
    }
    // What is there may be of another version, or of another mirror's: if the whole is wrong, it is fetched once from
    // the beginning.
    var mayStartAgain = partial.size > 0
    for attempt in 1... {
      let validator = try continuation(of: file, from: mirror, partial)
      let before = partial.size
      do {
        if file.size == nil || partial.size != file.size {
          report(.trying(url: mirror, offset: partial.size))
          let report = self.report
          _ = try Transfer(
            url, into: partial, of: file, progress: { report(.received($0, of: $1)) },
            remember: { [path = partial.path] answer in
              try Source(url: mirror, validator: answer.validator).write(for: path)
            }
          ).run(resuming: validator)
        }
        return try checked(file, of: download, partial)
      } catch DownloadError.wrongContent(_, let got, let expected) {
        guard mayStartAgain else {
          throw DownloadError.refused(url: mirror, reason: "its file has \(got), expected \(expected)")
        }
        mayStartAgain = false
      } catch DownloadError.refused(_, let reason) where attempt < Fetcher.attempts && partial.size != before {
        report(.gaveUp(url: mirror, reason: reason))
      }
    }
    throw DownloadError.refused(url: mirror, reason: "it was asked too often")
  }

  /// Keeps what is there if the mirror may go on with it; the validator that it has to agree with, if one is known.
  private func continuation(of file: RemoteFile, from mirror: String, _ partial: PartialFile) throws -> String? {
    guard partial.size > 0 else { return nil }
    let source = Source(of: partial.path)
    let isSame = source?.url == mirror && source?.validator != nil
    // Where the hash is known it will tell whether the parts belong together.
    guard isSame || file.pin != .firstUse, partial.size <= file.size ?? .max else {
      try partial.clear()
      return nil
    }
    return isSame ? source?.validator : nil
  }

  /// The digest of the whole file, if it is right; an empty file if it is not.
  private func checked(
    _ file: RemoteFile, of download: Download, _ partial: PartialFile
  ) throws -> (sha256: String, size: Int) {
    let locked = try Lock(in: folder.path).files[folder.key(of: file, in: download)]
    let (digest, size) = try Digest.of(partial.path)
    if case .wrong(let got, let expected)? = Check.mismatch(of: digest, size: size, with: file, locked: locked) {
      try partial.clear()
      throw DownloadError.wrongContent(path: partial.path, got: got, expected: expected)
    }
    guard size > 0 else {
      throw DownloadError.refused(url: file.name, reason: "the server sent nothing")
    }
    return (digest, size)
  }

  private func lock(_ file: RemoteFile, _ download: Download, _ entry: Lock.Entry) throws {
    try Lock.update(in: folder.path) { $0.files[folder.key(of: file, in: download)] = entry }
  }
}
