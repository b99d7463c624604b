internal import GauntletKit
internal import Pictures

/// A published dataset of picture files: how its folder is read, and how many images of how many classes it has.
struct Publication: Sendable {
  struct Count: Hashable, Sendable {
    let images: Int
    let classes: Int
  }

  let card: Card
  /// Where to get it, in words: what follows "get".
  let source: String
  /// The folder that its archive makes; the path may name it or the folder it lies in. Empty if there is none.
  let folder: String
  /// A file that lies directly in its folder.
  let mark: String
  let counts: [Split: Count]
  /// Reads the lists of the folder.
  let list: @Sendable (Folder, Publication) throws -> PictureListing

  /// The folder, or the one in it that the archive made.
  /// - Throws: `RetrievalDatasetError.missingFile`, `PictureError.unreadable`.
  func root(_ path: String) throws -> Folder {
    let given = Folder(path)
    let listing = try given.listing()
    if listing.files.contains(mark) { return given }
    if listing.folders.contains(folder) {
      let inner = Folder(given.appending(folder))
      if try inner.listing().files.contains(mark) { return inner }
    }
    throw RetrievalDatasetError.missingFile(folder: given.path, file: mark, source: source)
  }

  /// Compares what is there with what was published.
  /// - Throws: `RetrievalDatasetError.wrongCounts`.
  func check(_ labels: [Split: [Int]], in folder: String) throws {
    for split in Split.allCases {
      guard let expected = counts[split] else { continue }
      let found = labels[split] ?? []
      let classes = Set(found).count
      guard found.count == expected.images, classes == expected.classes else {
        throw RetrievalDatasetError.wrongCounts(
          folder: folder, split: split, images: found.count, classes: classes, expectedImages: expected.images,
          expectedClasses: expected.classes, source: source)
      }
    }
  }
}
