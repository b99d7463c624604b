internal import GauntletKit
internal import Pictures

/// The classes below a folder: which there are, in which split, with which pictures.
struct ClassFolders: Sendable {
  struct Class: Sendable {
    let name: String
    let title: String
    let split: Split
    /// Relative to the root, in the order of their bytes.
    let pictures: [String]
  }

  /// The folder that the class folders lie in.
  let root: Folder
  /// In the order of their names' bytes.
  let classes: [Class]
  let splitFile: SplitFile?

  /// - Parameter splitPath: the split file; empty for `classes.tsv` in the given folder or in the class folders' one, and
  ///   where there is none, for the first half of the classes (by name) as train and the second as test.
  /// - Throws: `RetrievalDatasetError`, `PictureError.unreadable`.
  init(below path: String, splitPath: String) throws {
    let start = Folder(path)
    root = try ClassFolders.root(below: start)
    let listing = try root.listing()
    let stray = listing.files.filter(Folder.namesPicture)
    if let example = stray.first {
      throw RetrievalDatasetError.strayPictures(folder: root.path, count: stray.count, example: example)
    }
    guard listing.folders.count >= 2 else { throw RetrievalDatasetError.noClasses(folder: root.path) }
    splitFile = try ClassFolders.splitFile(splitPath, start: start, root: root)
    let assigned = try ClassFolders.assignment(of: listing.folders, in: root, by: splitFile)
    let root = self.root
    classes = try zip(listing.folders, assigned).map { name, assigned in
      let folder = Folder(root.appending(name))
      let (pictures, others) = try folder.pictures()
      guard !pictures.isEmpty else { throw RetrievalDatasetError.emptyClass(folder: folder.path, others: others) }
      return Class(
        name: name, title: assigned.title, split: assigned.split, pictures: pictures.map { name + "/" + $0 })
    }
  }

  /// Goes down into `images` where it holds folders, and into `train` where beside it there is nothing but other splits.
  private static func root(below start: Folder) throws -> Folder {
    var folder = start
    for _ in 0..<8 {
      let inner = try folder.listing().folders
      if inner.contains("images"), try !Folder(folder.appending("images")).listing().folders.isEmpty {
        folder = Folder(folder.appending("images"))
      } else if inner.contains("train"),
        inner.allSatisfy({ ["train", "val", "valid", "validation", "test"].contains($0) })
      {
        folder = Folder(folder.appending("train"))
      } else {
        return folder
      }
    }
    return folder
  }

  private static func splitFile(_ given: String, start: Folder, root: Folder) throws -> SplitFile? {
    if !given.isEmpty { return try SplitFile(contentsOf: given) }
    for folder in [start, root] where try folder.listing().files.contains("classes.tsv") {
      return try SplitFile(contentsOf: folder.appending("classes.tsv"))
    }
    return nil
  }

  /// The split and title of each class folder.
  private static func assignment(
    of names: [String], in root: Folder, by file: SplitFile?
  ) throws -> [(split: Split, title: String)] {
    guard let file else {
      // Class-disjoint halves, the first for training: the convention of CUB-200 and SOP.
      let half = (names.count + 1) / 2
      return names.indices.map { ($0 < half ? .train : .test, "") }
    }
    let known = Set(names)
    for entry in file.entries where !known.contains(entry.name) {
      throw RetrievalDatasetError.missingFolder(file: file.path, line: entry.line, name: entry.name, folder: root.path)
    }
    let entries = Dictionary(file.entries.map { ($0.name, $0) }) { first, _ in first }
    return try names.map { name in
      guard let entry = entries[name] else {
        throw RetrievalDatasetError.missingLine(file: file.path, name: name, folder: root.path)
      }
      return (entry.split, entry.title)
    }
  }
}
