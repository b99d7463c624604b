internal import Foundation

/// What may be fetched.
public struct Catalogue: Sendable, Equatable, Codable {
  /// In the order of their ids.
  public let downloads: [Download]

  /// - Throws: `DownloadError.badCatalogue` for names that lead elsewhere, addresses that are not of the web, and
  ///   hashes that
  ///   are none.
  public init(_ downloads: [Download], file: String = "the list of downloads") throws {
    func bad(_ reason: String) -> DownloadError { .badCatalogue(file: file, reason: reason) }
    var ids: Set<String> = []
    for download in downloads {
      guard Catalogue.isName(download.id), !download.id.contains("/") else {
        throw bad("the id '\(download.id)' is not a name of lower-case letters, digits and hyphens")
      }
      guard ids.insert(download.id).inserted else { throw bad("two downloads are called '\(download.id)'") }
      var names: Set<String> = []
      for file in download.files {
        let place = "\(download.id)/\(file.name)"
        guard Catalogue.isPath(file.name) else { throw bad("\(place): not a path below the download's folder") }
        guard names.insert(file.name).inserted else { throw bad("\(place): listed twice") }
        for mirror in file.mirrors where Catalogue.webAddress(mirror) == nil {
          throw bad("\(place): '\(mirror)' is no address that begins with https:// or http://")
        }
        guard Catalogue.isSound(file.pin) else { throw bad("\(place): its SHA-256 is not of 64 hexadecimal digits") }
        guard (file.size ?? 1) > 0 else { throw bad("\(place): a size of \(file.size ?? 0) bytes") }
        guard !file.mirrors.isEmpty || !file.instructions.isEmpty else {
          throw bad("\(place): it has neither mirrors nor instructions")
        }
      }
    }
    self.downloads = downloads.sorted { $0.id < $1.id }
  }

  /// A list of somebody's own, as JSON: {"downloads": [{"id", "title", "licence", "reference", "use", "files":
  /// [{"name", "mirrors", "size", "sha256" or "sha256Prefix", "pinnedBy", "kind", "instructions"}]}]}.
  /// - Throws: `DownloadError`.
  public init(contentsOf path: String) throws {
    struct Content: Decodable { let downloads: [Download] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DownloadError.unreadable(path: path, reason: "there is no such file")
    }
    do {
      try self.init(try JSONDecoder().decode(Content.self, from: data).downloads, file: path)
    } catch let error as DecodingError {
      throw DownloadError.badCatalogue(file: path, reason: Catalogue.reason(error))
    }
  }

  /// - Throws: `DownloadError.unknown`.
  public func download(_ id: String) throws -> Download {
    guard let found = downloads.first(where: { $0.id == id }) else {
      throw DownloadError.unknown(id: id, known: downloads.map(\.id))
    }
    return found
  }

  static func webAddress(_ text: String) -> URL? {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      url.host?.isEmpty == false
    else { return nil }
    return url
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  private static func isPath(_ text: String) -> Bool {
    text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && !part.hasPrefix(".") && !part.utf8.contains { $0 < 32 || $0 == 92 || $0 == 127 }
    }
  }

  private static func isSound(_ pin: RemoteFile.Pin) -> Bool {
    func isHexadecimal(_ text: String) -> Bool {
      text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
    return switch pin {
    case .sha256(let whole): whole.utf8.count == 64 && isHexadecimal(whole)
    case .sha256Prefix(let start): (8...64).contains(start.utf8.count) && isHexadecimal(start)
    case .firstUse: true
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
      return path.isEmpty ? "at the top" : "in \(path)"
    }
    return switch error {
    case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing \(place(context))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): "a value of the wrong kind \(place(context))"
    case .dataCorrupted(let context): context.codingPath.isEmpty ? "not JSON" : "an unknown value \(place(context))"
    @unknown default: "not JSON"
    }
  }
}
