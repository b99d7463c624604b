internal import GauntletKit
internal import Pictures

/// Which pictures a dataset has, in which split and of which class.
struct PictureListing: Sendable {
  struct Item: Hashable, Sendable {
    let label: Int
    /// Relative to the root.
    let path: String
  }

  let root: Folder
  let classNames: [String]
  var items: [Split: [Item]]

  /// The names of classes that have one, by label; the others are called by their number.
  static func classNames(_ names: [Int: String], upTo last: Int) -> [String] {
    (0...max(last, 0)).map { names[$0] ?? "class \($0)" }
  }

  func labels(_ split: Split) -> [Int] { (items[split] ?? []).map(\.label) }

  /// Looks for every picture, folder by folder. Opens none.
  /// - Throws: `RetrievalDatasetError.missingPictures`, `PictureError.unreadable`.
  func checkFiles(source: String) throws {
    var present: [String: Set<String>] = [:]
    var missing: [String] = []
    for item in Split.allCases.flatMap({ items[$0] ?? [] }) {
      let cut = item.path.lastIndex(of: "/")
      let folder = cut.map { String(item.path[..<$0]) } ?? ""
      let name = cut.map { String(item.path[item.path.index(after: $0)...]) } ?? item.path
      if present[folder] == nil {
        let listing = try? (folder.isEmpty ? root : Folder(root.appending(folder))).listing()
        present[folder] = Set(listing?.files ?? [])
      }
      if present[folder]?.contains(name) != true { missing.append(item.path) }
    }
    if let example = missing.first {
      throw RetrievalDatasetError.missingPictures(
        folder: root.path, count: missing.count, example: example, source: source)
    }
  }

  /// The first so many of each class, in the order of the items.
  func limited(_ limits: [Split: Int]) -> PictureListing {
    var result = self
    for (split, limit) in limits {
      var seen: [Int: Int] = [:]
      result.items[split] = (items[split] ?? []).filter { item in
        seen[item.label, default: 0] += 1
        return seen[item.label, default: 0] <= limit
      }
    }
    return result
  }
}
