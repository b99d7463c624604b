internal import GauntletKit
internal import Pictures

/// NIGHTS: generated pictures, each with two variations and the judgement of people, as published with DreamSim.
///
/// `data.csv` is read by the names of its columns; if it names none of them, by position: 0 id, 1 left_vote,
/// 2 right_vote, 3 votes, 4 ref_path, 5 left_path, 6 right_path, 7 split, 8 is_imagenet. Rows with fewer votes than
/// asked for are left out. The share of votes for the second (right) candidate is right_vote.
enum Night {
  static let card = Card(
    id: "night", version: "1", title: "NIGHTS",
    definition: "A generated picture and two variations; which one is closer is what people said, all of them where "
      + "votes ≥ 6. Pictures are resized to size × size, bicubic",
    reference: "Fu et al., DreamSim, NeurIPS 2023; the splits and the filter are those of LipSim (Ghazanfari et al., "
      + "ICLR 2024)")

  static let source = "NIGHTS (about 58 GB) as `gauntlet data fetch night` says, and unpack it"

  enum Part: String, CaseIterable {
    case train, val, test
    case testImageNet = "test-imagenet"
    case testNoImageNet = "test-no-imagenet"

    /// The word in the column `split`.
    var split: String {
      switch self {
      case .train: "train"
      case .val: "val"
      case .test, .testImageNet, .testNoImageNet: "test"
      }
    }

    /// What the column `is_imagenet` must say; nil if it does not matter.
    var isImageNet: Bool? {
      switch self {
      case .testImageNet: true
      case .testNoImageNet: false
      default: nil
      }
    }
  }

  static let settings =
    [
      Setting("path", .path, default: nil, help: "the folder with data.csv, ref and distort; get \(source)"),
      Setting(
        "split", .choice(Part.allCases.map(\.rawValue)), default: "test",
        help: "test-imagenet and test-no-imagenet are halves of test, by where the picture's category is from"),
      Setting(
        "votes", .integer(0...1000), default: "6",
        help: "rows with fewer votes are left out; the published scores use 6"
      ),
    ] + PictureGroups.settings(size: 224, fitting: .exact, filter: .bicubic)

  /// Reads the table, and looks for every picture; decodes nothing.
  /// - Throws: `PluginError.unusable`.
  static func dataset(_ settings: SettingValues) throws -> any Dataset {
    try Explanation(plugin: card.id).of {
      let folder = try root(settings.text("path"))
      let part = Part(rawValue: settings.text("split")) ?? .test
      let table = NightTable(try TableFile(contentsOf: folder.appending("data.csv"), isHeader: NightTable.isHeader))
      let items = try arranged(try table.items(part, votes: settings.integer("votes")), in: folder)
      let pictures = PictureGroups(folder, PictureTriplets.groups(items), settings)
      try pictures.checkFiles(
        listedIn: "data.csv",
        source: "each chunk's zip belongs into ref and distort; get \(source), or ask for fewer with count=")
      return PictureTriplets(card, items, pictures)
    }
  }

  /// The folder of data.csv: the given one, or the one in it that the archive made.
  private static func root(_ path: String) throws -> Folder {
    let given = Folder(path)
    let listing = try given.listing()
    if listing.files.contains("data.csv") { return given }
    for name in ["nights", "NIGHTS", "night", "dataset"] where listing.folders.contains(name) {
      let inner = Folder(given.appending(name))
      if try inner.listing().files.contains("data.csv") { return inner }
    }
    let hasPictures = listing.folders.contains("ref") || listing.folders.contains("distort")
    throw TripletDatasetError.missing(
      folder: given.path, what: "data.csv",
      source: hasPictures
        ? "it out of nights.zip: the download by chunks has pictures only (DreamSim's issue 21)" : source)
  }

  /// The paths as the pictures lie. The one archive makes ref/000/000.png, as the table says; chunks that were unpacked
  /// beside their own name make ref/000/000/000.png, or ref/ref/000/000.png.
  private static func arranged(_ items: [PictureTriplets.Item], in folder: Folder) throws -> [PictureTriplets.Item] {
    var finder = FileFinder(folder)
    return items.map { item in
      PictureTriplets.Item(
        paths: item.paths.map { path in
          finder.exists(path) ? path : chunked(path).first { finder.exists($0) } ?? path
        }, vote: item.vote, name: item.name)
    }
  }

  private static func chunked(_ path: String) -> [String] {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count == 3 else { return [] }
    return [[parts[0], parts[1], parts[1], parts[2]], [parts[0], parts[0], parts[1], parts[2]]]
      .map { $0.joined(separator: "/") }
  }
}
