internal import FileFormats
internal import Pictures

/// BAPPS's folders: a subset's parts hold files of the same names, pictures or numbers.
struct PatchFolders {
  /// The files of one name.
  struct Item: Hashable {
    /// One picture for each part, relative to the folder.
    let paths: [String]
    /// The number of its judgement: in [0, 1].
    let judgement: Float
    let subset: String
    let name: String
  }

  /// `2afc` or `jnd`.
  let kind: String
  /// The folders of pictures, in the order of the question.
  let parts: [String]
  /// The folder of numbers.
  let judgements: String
  /// Where to get it, for errors.
  let source: String

  static let source =
    "BAPPS (twoafc_val.tar.gz, twoafc_train.tar.gz, jnd.tar.gz) as `gauntlet data fetch bapps` says, and unpack it"

  /// A judgement has 8 bytes after a header of 128; a file of more than this is something else.
  private static let maximumSize = 4_096

  /// The folder of a split: below the given one, as the archives or the publication's script make it.
  /// - Throws: `TripletDatasetError.missing`, `PictureError`.
  func root(_ path: String, split: String, subsets: [String]) throws -> Folder {
    let given = Folder(path)
    func holds(_ folder: Folder, _ name: String) throws -> Folder? {
      let inner = try name.split(separator: "/").reduce(Optional(folder)) { folder, part in
        guard let folder, try folder.listing().folders.contains(String(part)) else { return nil }
        return Folder(folder.appending(String(part)))
      }
      guard let inner, try inner.listing().folders.contains(where: subsets.contains) else { return nil }
      return inner
    }
    for prefix in ["", "bapps/", "dataset/"] {
      for middle in ["\(kind)/\(split)", split] {
        if let found = try holds(given, prefix + middle) { return found }
      }
    }
    if given.path.split(separator: "/").last == Substring(split), try holds(given, "") != nil { return given }
    throw TripletDatasetError.missing(
      folder: given.path, what: "\(kind)/\(split) with folders like \(subsets.prefix(2).joined(separator: " and "))",
      source: source)
  }

  /// Everything in the subsets, in the order of the paths' bytes.
  /// - Throws: `TripletDatasetError`, `PictureError`, `FileFormatError`.
  func items(_ root: Folder, subsets: [String]) throws -> [Item] {
    let there = try root.listing().folders
    return try subsets.sorted(by: Folder.precedes).flatMap { subset in
      guard there.contains(subset) else {
        throw TripletDatasetError.missing(folder: root.path, what: "the subset \(subset)", source: source)
      }
      return try items(Folder(root.appending(subset)), subset)
    }
  }

  private func items(_ folder: Folder, _ subset: String) throws -> [Item] {
    let there = try folder.listing().folders
    for part in parts + [judgements] where !there.contains(part) {
      throw TripletDatasetError.missing(folder: folder.path, what: "the folder \(part)", source: source)
    }
    let numbers = try files(folder, judgements) { $0.hasSuffix(".npy") }
    let pictures = try parts.map { try files(folder, $0, Folder.namesPicture) }
    let names = Set(numbers.keys).union(pictures.flatMap(\.keys)).sorted(by: Folder.precedes)
    for (part, files) in zip(parts + [judgements], pictures + [numbers]) {
      let absent = names.filter { files[$0] == nil }
      if let example = absent.first {
        throw TripletDatasetError.unmatched(
          folder: folder.path, part: part, count: absent.count, example: example, source: source)
      }
    }
    return try names.map { name in
      Item(
        paths: zip(parts, pictures).map { "\(subset)/\($0)/\($1[name] ?? name)" },
        judgement: try judgement(folder.appending("\(judgements)/\(numbers[name] ?? name)")), subset: subset,
        name: "\(subset)/\(name)")
    }
  }

  /// The files of a part by their names without the extension.
  private func files(_ folder: Folder, _ part: String, _ isOne: (String) -> Bool) throws -> [String: String] {
    let files = try Folder(folder.appending(part)).listing().files.filter(isOne)
    return Dictionary(files.map { file in (String(file[..<(file.lastIndex(of: ".") ?? file.endIndex)]), file) }) {
      first, _ in first
    }
  }

  private func judgement(_ path: String) throws -> Float {
    let bytes = try Picture.bytes(ofFile: path, limits: PictureLimits(maximumFileBytes: PatchFolders.maximumSize))
    let array = try NPY.decode(bytes, name: path)
    guard array.count == 1 else {
      throw TripletDatasetError.badJudgement(file: path, got: "\(array.count) numbers")
    }
    let value = array.scalars[0]
    guard value >= 0, value <= 1 else { throw TripletDatasetError.badJudgement(file: path, got: "\(value)") }
    return value
  }
}
