internal import GauntletKit
internal import Pictures
internal import Tensors

/// Pictures in class folders, as `RetrievalDataset`. Files are decoded when they are asked for.
struct ImageFolder: RetrievalDataset {
  static let card = Card(
    id: "image-folder", version: "1", title: "Folder of classes",
    definition: "Pictures in class folders (CLASS/*.jpg, CLASS/images/*.JPEG, images/CLASS/…, train/CLASS/…), split by "
      + "classes.tsv or into class-disjoint halves by name",
    reference: "the layout of ImageNet, Tiny ImageNet and CUB-200; halves as in the retrieval literature")

  static let settings = [
    Setting(
      "path", .path, default: nil,
      help: "the folder; its folder images is entered, and train where beside it there are only val and test"),
    Setting("size", .integer(8...1024), default: "64", help: "side of the images in pixels"),
    Setting(
      "resize", .choice(Fitting.allCases.map(\.rawValue)), default: "shorter-crop",
      help: "resize both sides, or the shorter side and cut out the middle"),
    Setting(
      "filter", .choice(ResamplingFilter.allCases.map(\.rawValue)), default: "bilinear", help: "resampling kernel"),
    Setting("channels", .choice(["3", "1"]), default: "3", help: "3: RGB; 1: brightness"),
    Setting(
      "split-file", .path, default: "",
      help: "lines of class, tab, train or test, perhaps tab and a title; empty: classes.tsv in the folder if it is "
        + "there, else class-disjoint halves by name"),
    Setting(
      "train-per-class", .integer(1...Int.max), default: "",
      help: "the first so many pictures (by name) of each train class; empty: all"),
    Setting(
      "test-per-class", .integer(1...Int.max), default: "",
      help: "the first so many pictures (by name) of each test class; empty: all"),
  ]

  private struct Item: Sendable {
    let label: Int
    let path: String
  }

  private static let explanation = Explanation(plugin: card.id)

  private let folders: ClassFolders
  private let items: [Split: [Item]]
  private let fitting: Fitting
  private let filter: ResamplingFilter
  let images: ImageSpec

  /// Lists the folder; decodes nothing.
  ///
  /// - Throws: `PluginError.unusable`.
  init(_ settings: SettingValues) throws {
    let size = settings.integer("size")
    images = ImageSpec(channels: settings.text("channels") == "1" ? 1 : 3, height: size, width: size)
    fitting = Fitting(rawValue: settings.text("resize")) ?? .shorterCrop
    filter = ResamplingFilter(rawValue: settings.text("filter")) ?? .bilinear
    let folders = try Self.explanation.of {
      try ClassFolders(below: settings.text("path"), splitPath: settings.text("split-file"))
    }
    let limits: [Split: Int] = [
      .train: settings.optionalInteger("train-per-class") ?? .max,
      .test: settings.optionalInteger("test-per-class") ?? .max,
    ]
    var items: [Split: [Item]] = [.train: [], .test: []]
    for (label, entry) in folders.classes.enumerated() {
      items[entry.split, default: []] += entry.pictures.prefix(limits[entry.split] ?? .max).map {
        Item(label: label, path: $0)
      }
    }
    self.folders = folders
    self.items = items
  }

  var card: Card { ImageFolder.card }

  /// The folders' names, with the titles where the split file gives some.
  var classNames: [String] {
    folders.classes.map { $0.title.isEmpty ? $0.name : "\($0.name) \($0.title)" }
  }

  /// The split file, then the relative path and the bytes of every picture that is used, train before test.
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    if let file = folders.splitFile { try file.bytes.withUnsafeBytes(body) }
    for split in [Split.train, .test] {
      for item in items[split] ?? [] {
        try Array(item.path.utf8).withUnsafeBytes(body)
        let bytes = try Self.explanation.of { try Picture.bytes(ofFile: folders.root.appending(item.path)) }
        try bytes.withUnsafeBytes(body)
      }
    }
  }

  func labels(_ split: Split) -> [Int] { (items[split] ?? []).map(\.label) }

  private func item(_ split: Split, _ index: Int) -> Item {
    let items = items[split] ?? []
    precondition(items.indices.contains(index), "image \(index) wanted of \(items.count) in \(split)")
    return items[index]
  }

  func images(_ split: Split, _ indices: [Int]) throws -> Tensor {
    let size = images.channels * images.height * images.width
    let items = indices.map { item(split, $0) }
    return try Tensor(unsafeUninitialized: images.shape(indices.count)) { target in
      let target = Unchecked(target)
      try Workers.forEach(items.count) { i in
        let image = try Self.explanation.of {
          try Picture(contentsOf: folders.root.appending(items[i].path))
            .fitted(to: images.height, fitting, filter: filter)
        }
        (images.channels == 1 ? image.lumaTensor() : image.tensor()).withScalars { scalars in
          _ = target.value[(i * size)...].update(fromContentsOf: scalars)
        }
      }
    }
  }

  func name(_ split: Split, of index: Int) -> String { item(split, index).path }
}
