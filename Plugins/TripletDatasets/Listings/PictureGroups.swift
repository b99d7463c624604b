internal import GauntletKit
internal import Pictures
internal import Tensors

/// Pictures of a folder in groups of a fixed number (three of a triplet, two of a pair), decoded when they are asked
/// for.
struct PictureGroups: Sendable {
  struct Group: Hashable, Sendable {
    /// Relative to the folder, in the order of the question.
    let paths: [String]
    /// What is known of the group (votes), as text: part of the dataset's identity.
    let label: String
  }

  let folder: Folder
  let groups: [Group]
  let images: ImageSpec
  private let fitting: Fitting
  private let filter: ResamplingFilter

  /// The settings that every dataset of picture files has.
  static func settings(size: Int, fitting: Fitting, filter: ResamplingFilter) -> [Setting] {
    [
      Setting("size", .integer(8...1024), default: "\(size)", help: "side of the images in pixels"),
      Setting(
        "resize", .choice(Fitting.allCases.map(\.rawValue)), default: fitting.rawValue,
        help: "resize both sides, or the shorter side and cut out the middle"),
      Setting(
        "filter", .choice(ResamplingFilter.allCases.map(\.rawValue)), default: filter.rawValue,
        help: "resampling kernel"),
      Setting("count", .integer(1...Int.max), default: "", help: "only the first so many; empty: all"),
    ]
  }

  /// Takes the first `count` groups, as the settings say.
  init(_ folder: Folder, _ groups: [Group], _ settings: SettingValues) {
    let size = settings.integer("size")
    self.folder = folder
    self.groups = Array(groups.prefix(settings.optionalInteger("count") ?? .max))
    images = ImageSpec(channels: 3, height: size, width: size)
    fitting = Fitting(rawValue: settings.text("resize")) ?? .exact
    filter = ResamplingFilter(rawValue: settings.text("filter")) ?? .bilinear
  }

  /// Looks for every picture, folder by folder. Opens none.
  /// - Parameters:
  ///   - list: the file that lists them, for errors.
  ///   - source: what to do about it, for errors.
  /// - Throws: `TripletDatasetError.absentPictures`.
  func checkFiles(listedIn list: String, source: String) throws {
    var finder = FileFinder(folder)
    var seen: Set<String> = []
    var absent: [String] = []
    for path in groups.lazy.flatMap(\.paths) where seen.insert(path).inserted && !finder.exists(path) {
      absent.append(path)
    }
    if let example = absent.first {
      throw TripletDatasetError.absentPictures(
        folder: folder.path, count: absent.count, example: folder.appending(example), listedIn: list, source: source)
    }
  }

  /// One tensor for each place in a group: [N, 3, H, W] each.
  /// - Throws: `PictureError`.
  func tensors(_ indices: [Int], places: [Int]) throws -> [Tensor] {
    let wanted = indices.map { index in
      precondition(groups.indices.contains(index), "\(index) wanted of \(groups.count)")
      return groups[index].paths
    }
    let size = images.shape(1).count
    // Rows: all first pictures, all second ones, and so on. A picture that comes several times is decoded several
    // times.
    let all = try Tensor(unsafeUninitialized: images.shape(indices.count * places.count)) { target in
      let target = Unchecked(target)
      try Workers.forEach(indices.count * places.count) { i in
        let (part, row) = i.quotientAndRemainder(dividingBy: max(indices.count, 1))
        try Picture(contentsOf: folder.appending(wanted[row][places[part]]))
          .fitted(to: images.height, fitting, filter: filter).tensor()
          .withScalars { _ = target.value[(i * size)...].update(fromContentsOf: $0) }
      }
    }
    return places.indices.map { all.rows($0 * indices.count..<($0 + 1) * indices.count) }
  }

  /// What is known of each group and its paths; then the bytes of every picture, each once, in the order of first use.
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var seen: Set<String> = []
    for group in groups {
      try Array(([group.label] + group.paths).joined(separator: "\n").utf8).withUnsafeBytes(body)
      for path in group.paths where seen.insert(path).inserted {
        try Picture.bytes(ofFile: folder.appending(path)).withUnsafeBytes(body)
      }
    }
  }
}
