internal import GauntletKit
internal import Pictures
internal import Tensors

/// A published dataset of picture files, as `UncroppedDataset`. Files are decoded when they are asked for, and not kept.
///
/// Test images: both sides resized to the same length (256 for images of 224, whatever that does to the proportions),
/// bilinear, then the middle. Train images are the same until a defense augments them: it may crop from the resized
/// pictures, which `uncropped` hands out.
struct PublishedPictures: UncroppedDataset {
  static func settings(of publication: Publication) -> [Setting] {
    [
      Setting(
        "path", .path, default: nil, help: "the dataset's folder, or the one that it lies in; get \(publication.source)"
      )
    ]
      + commonSettings
  }

  private static let commonSettings = [
    Setting("size", .integer(8...1024), default: "224", help: "side of the images in pixels"),
    Setting(
      "resize", .integer(8...2048), default: "",
      help: "side to which pictures are resized before the crop; empty: size × 256/224, rounded"),
    Setting(
      "filter", .choice(ResamplingFilter.allCases.map(\.rawValue)), default: "bilinear", help: "resampling kernel"),
    Setting(
      "train-per-class", .integer(1...Int.max), default: "",
      help: "the first so many images of each train class; empty: all"),
    Setting(
      "test-per-class", .integer(1...Int.max), default: "",
      help: "the first so many images of each test class; empty: all"),
    Setting(
      "complete", .flag, default: "true", help: "refuse a folder without exactly the published images and classes"),
  ]

  private let publication: Publication
  private let listing: PictureListing
  private let filter: ResamplingFilter
  let images: ImageSpec
  let uncropped: ImageSpec

  /// Reads the lists, and looks for every file; decodes nothing.
  ///
  /// - Throws: `PluginError.unusable`.
  init(_ publication: Publication, _ settings: SettingValues) throws {
    let size = settings.integer("size")
    let side = settings.optionalInteger("resize") ?? (size * 256 + 112) / 224
    let explanation = Explanation(plugin: publication.card.id)
    self.publication = publication
    images = ImageSpec(channels: 3, height: size, width: size)
    uncropped = ImageSpec(channels: 3, height: side, width: side)
    filter = ResamplingFilter(rawValue: settings.text("filter")) ?? .bilinear
    listing = try explanation.of {
      guard side >= size else { throw RetrievalDatasetError.cropBeyondPicture(size: size, resize: side) }
      let listing = try publication.list(publication.root(settings.text("path")), publication)
      try listing.checkFiles(source: publication.source)
      if settings.flag("complete") {
        try publication.check([.train: listing.labels(.train), .test: listing.labels(.test)], in: listing.root.path)
      }
      return listing.limited([
        .train: settings.optionalInteger("train-per-class") ?? .max,
        .test: settings.optionalInteger("test-per-class") ?? .max,
      ])
    }
  }

  var card: Card { publication.card }
  var classNames: [String] { listing.classNames }

  func labels(_ split: Split) -> [Int] { listing.labels(split) }

  func name(_ split: Split, of index: Int) -> String { item(split, index).path }

  /// Label, relative path and bytes of every picture that is used, train before test.
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    for split in Split.allCases {
      for item in listing.items[split] ?? [] {
        try Array("\(split.rawValue) \(item.label) \(item.path)".utf8).withUnsafeBytes(body)
        let bytes = try Explanation(plugin: card.id).of {
          try Picture.bytes(ofFile: listing.root.appending(item.path))
        }
        try bytes.withUnsafeBytes(body)
      }
    }
  }

  func images(_ split: Split, _ indices: [Int]) throws -> Tensor {
    try pictures(split, indices, images) { $0.centerCropped(width: images.width, height: images.height) }
  }

  func uncropped(_ split: Split, _ indices: [Int]) throws -> Tensor { try pictures(split, indices, uncropped) { $0 } }

  private func item(_ split: Split, _ index: Int) -> PictureListing.Item {
    let items = listing.items[split] ?? []
    precondition(items.indices.contains(index), "image \(index) wanted of \(items.count) in \(split)")
    return items[index]
  }

  private func pictures(
    _ split: Split, _ indices: [Int], _ spec: ImageSpec, _ cut: @Sendable (Picture) -> Picture
  ) throws -> Tensor {
    let size = spec.channels * spec.height * spec.width
    let items = indices.map { item(split, $0) }
    return try Tensor(unsafeUninitialized: spec.shape(indices.count)) { target in
      let target = Unchecked(target)
      try Workers.forEach(items.count) { i in
        let picture = try Explanation(plugin: card.id).of {
          try Picture(contentsOf: listing.root.appending(items[i].path))
            .resized(width: uncropped.width, height: uncropped.height, filter: filter)
        }
        cut(picture).tensor().withScalars { _ = target.value[(i * size)...].update(fromContentsOf: $0) }
      }
    }
  }
}
