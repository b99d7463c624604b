internal import FileFormats
internal import Pictures

/// A list of three names a line, separated by blanks, tabs or commas.
struct TrioList {
  let path: String
  private let rows: [[String]]

  /// THINGS's longest list has 100 MB.
  private static let maximumSize = 256 << 20
  private static let extensions = [".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".JPEG"]

  /// - Throws: `TripletDatasetError`, `PictureError.unreadable`.
  init(contentsOf path: String) throws {
    let bytes = try Picture.bytes(ofFile: path, limits: PictureLimits(maximumFileBytes: TrioList.maximumSize))
    var rows: [[String]] = []
    for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      func bad(_ got: String) -> TripletDatasetError {
        .badRow(file: path, line: index + 1, got: got, expected: "three names of pictures, the odd one last")
      }
      guard let text = String(validating: line, as: UTF8.self), !line.contains(0) else {
        throw bad("text that is not UTF-8")
      }
      let names = text.split { $0 == " " || $0 == "\t" || $0 == "," || $0 == "\r" || $0 == "\u{FEFF}" }.map(String.init)
      if names.isEmpty { continue }
      guard names.count == 3 else { throw bad("\(names.count) name\(names.count == 1 ? "" : "s")") }
      if let wrong = names.first(where: { !FileFinder.isBelow($0) }) { throw bad("'\(wrong.prefix(120))'") }
      guard Set(names).count == 3 else { throw bad("the same name twice") }
      rows.append(names)
    }
    guard !rows.isEmpty else {
      throw TripletDatasetError.nothingLeft(file: path, rows: 0, wanted: "three names")
    }
    self.path = path
    self.rows = rows
  }

  /// The rows as paths; a name without an extension takes the first that exists.
  func groups(in folder: Folder) -> [PictureGroups.Group] {
    var finder = FileFinder(folder)
    var known: [String: String] = [:]
    func path(_ name: String) -> String {
      if let path = known[name] { return path }
      let path = ([""] + TrioList.extensions).map { name + $0 }.first { finder.exists($0) } ?? name
      known[name] = path
      return path
    }
    return rows.map { PictureGroups.Group(paths: $0.map(path), label: "odd one last") }
  }
}
