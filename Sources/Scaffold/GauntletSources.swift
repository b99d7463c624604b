public import Foundation

/// Where a new package finds gauntlet.
public enum GauntletSources: Hashable, Sendable {
  /// A folder with a checkout, as an absolute path.
  case folder(String)
  /// A git repository; its branch main is taken.
  case repository(String)

  /// A folder, or the URL of a repository.
  /// - Throws: `ScaffoldError.sources` for a folder that has no checkout.
  public init(_ text: String) throws {
    if text.contains("://") || (text.contains("@") && text.contains(":")) {
      self = .repository(text)
    } else {
      self = try Self.checked(URL(fileURLWithPath: text).standardizedFileURL.path)
    }
  }

  /// The checkout that this program was built from.
  /// - Throws: `ScaffoldError.sources` where it is there no more.
  public static func ofThisBuild() throws -> GauntletSources {
    // Of this file: as a default argument it would be the caller's.
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().standardizedFileURL.path
    return try checked(root)
  }

  private static func checked(_ folder: String) throws -> GauntletSources {
    guard let manifest = FileManager.default.contents(atPath: folder + "/Package.swift") else {
      throw ScaffoldError.sources(folder, reason: "there is no package of that name any more")
    }
    guard String(decoding: manifest, as: UTF8.self).contains("name: \"gauntlet\"") else {
      throw ScaffoldError.sources(folder, reason: "the package there is not gauntlet")
    }
    return .folder(folder)
  }

  /// The line of a manifest.
  var dependency: String {
    func quoted(_ text: String) -> String {
      text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
    }
    switch self {
    case .folder(let path): return ".package(name: \"gauntlet\", path: \"\(quoted(path))\")"
    case .repository(let url): return ".package(url: \"\(quoted(url))\", branch: \"main\")"
    }
  }

  /// What a product's dependency calls the package: a repository goes by its own name.
  var package: String {
    switch self {
    case .folder: return "gauntlet"
    case .repository(let url):
      let last = url.split(separator: "/").last.map(String.init) ?? "gauntlet"
      return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }
  }

  /// Versions of packages that the checkout was built with, if it wrote them down.
  public var resolvedVersions: Data? {
    guard case .folder(let path) = self else { return nil }
    return FileManager.default.contents(atPath: path + "/Package.resolved")
  }
}
