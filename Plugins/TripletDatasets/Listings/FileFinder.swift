internal import Pictures

/// Whether files exist, by listing each folder once.
struct FileFinder {
  private let root: Folder
  private var present: [String: Set<String>] = [:]

  init(_ root: Folder) { self.root = root }

  /// - Parameter path: relative to the root.
  mutating func exists(_ path: String) -> Bool {
    let cut = path.lastIndex(of: "/")
    let folder = cut.map { String(path[..<$0]) } ?? ""
    let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
    if present[folder] == nil {
      let listing = try? (folder.isEmpty ? root : Folder(root.appending(folder))).listing()
      present[folder] = Set(listing?.files ?? [])
    }
    return present[folder]?.contains(name) == true
  }

  /// Whether a path leads to something below where it starts.
  static func isBelow(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !["", ".", ".."].contains($0) }
  }
}
