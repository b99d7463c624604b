internal import Glibc

/// A folder of the file system, listed in an order that depends on names alone: by the bytes of the names.
public struct Folder: Hashable, Sendable {
  public let path: String

  /// Folders deeper than this below a starting point are taken for a loop of links.
  private static let maximumDepth = 32

  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// What lies directly in a folder; names that begin with a dot are left out.
  public struct Listing: Hashable, Sendable {
    public internal(set) var folders: [String] = []
    public internal(set) var files: [String] = []
  }

  /// The path of something in this folder.
  public func appending(_ name: String) -> String { path == "/" ? "/" + name : path + "/" + name }

  /// What lies directly in this folder. Links count as what they lead to; neither folders nor regular files are left out.
  ///
  /// - Throws: `PictureError.unreadable`.
  public func listing() throws -> Listing {
    guard let stream = opendir(path) else {
      throw PictureError.unreadable(file: path, reason: Folder.reason(errno))
    }
    defer { closedir(stream) }
    var listing = Listing()
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let name else {
        throw PictureError.unreadable(file: path, reason: "it holds a name that is not UTF-8; rename it")
      }
      if name.hasPrefix(".") { continue }
      var status = stat()
      guard stat(appending(name), &status) == 0 else {
        throw PictureError.unreadable(file: appending(name), reason: Folder.reason(errno))
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: listing.folders.append(name)
      case S_IFREG: listing.files.append(name)
      default: break
      }
    }
    guard errno == 0 else { throw PictureError.unreadable(file: path, reason: Folder.reason(errno)) }
    listing.folders.sort(by: Folder.precedes)
    listing.files.sort(by: Folder.precedes)
    return listing
  }

  /// The picture files in this folder and in all folders below it: paths relative to this one, ordered by their bytes;
  /// and how many other files there are. A picture is told by its name: `.jpg`, `.jpeg` or `.png` in any case.
  ///
  /// - Throws: `PictureError.unreadable`.
  public func pictures() throws -> (paths: [String], others: Int) {
    var paths: [String] = []
    var others = 0
    func collect(_ prefix: String, depth: Int) throws {
      guard depth <= Folder.maximumDepth else {
        throw PictureError.unreadable(
          file: path, reason: "folders lie more than \(Folder.maximumDepth) deep; is there a loop of links?")
      }
      let listing = try (prefix.isEmpty ? self : Folder(appending(prefix))).listing()
      let start = prefix.isEmpty ? "" : prefix + "/"
      for file in listing.files {
        if Folder.namesPicture(file) { paths.append(start + file) } else { others += 1 }
      }
      for folder in listing.folders { try collect(start + folder, depth: depth + 1) }
    }
    try collect("", depth: 0)
    paths.sort(by: Folder.precedes)
    return (paths, others)
  }

  /// Whether a file of that name should be a picture.
  public static func namesPicture(_ name: String) -> Bool {
    let lower = name.lowercased()
    return [".jpg", ".jpeg", ".png"].contains { lower.hasSuffix($0) }
  }

  /// The order of bytes: that of no language.
  public static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such folder"
    case ENOTDIR: "it is not a folder"
    default: String(cString: strerror(code))
    }
  }
}
