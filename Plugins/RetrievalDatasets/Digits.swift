internal import FileFormats
internal import GauntletKit
internal import Pictures
internal import Tensors

/// The format and sizes of MNIST: 28 × 28 gray pixels of ten classes, the same ones in train and test. Values are
/// bytes / 255. Everything is kept in memory as bytes: 55 MB.
struct Digits: RetrievalDataset {
  /// One of the datasets that come as these four files.
  struct Kind: Sendable {
    let card: Card
    let classNames: [String]
    /// Where to get it, in words: what follows "get".
    let source: String
  }

  static func settings(of kind: Kind) -> [Setting] {
    [
      Setting(
        "path", .path, default: nil, help: "the folder with the four files, as .gz or unpacked; get \(kind.source)")
    ] + commonSettings
  }

  private static let commonSettings = [
    Setting(
      "train-per-class", .integer(1...Int.max), default: "",
      help: "the first so many images of each class for training; empty: all"),
    Setting(
      "test-per-class", .integer(1...Int.max), default: "",
      help: "the first so many test images of each class; empty: all"),
    Setting("complete", .flag, default: "true", help: "refuse files without exactly 60,000 and 10,000 images"),
  ]

  private static let side = 28
  private static let published: [Split: Int] = [.train: 60_000, .test: 10_000]

  private struct Part: Sendable {
    let pixels: [UInt8]
    let labels: [Int]
    /// Where the images that are used lie among all.
    let places: [Int]
  }

  private let kind: Kind
  private let parts: [Split: Part]

  /// Reads all files.
  ///
  /// - Throws: `PluginError.unusable`.
  init(_ kind: Kind, _ settings: SettingValues) throws {
    let folder = Folder(settings.text("path"))
    var parts: [Split: Part] = [:]
    try Explanation(plugin: kind.card.id).of {
      for split in Split.allCases {
        let limit = settings.optionalInteger("\(split.rawValue)-per-class") ?? .max
        let part = try Self.part(split, in: folder, kind, limit: limit)
        if settings.flag("complete"), let count = Self.published[split] {
          let classes = Set(part.labels).count
          guard part.labels.count == count, classes == kind.classNames.count else {
            throw RetrievalDatasetError.wrongCounts(
              folder: folder.path, split: split, images: part.labels.count, classes: classes, expectedImages: count,
              expectedClasses: kind.classNames.count, source: kind.source)
          }
        }
        parts[split] = part
      }
    }
    self.kind = kind
    self.parts = parts
  }

  var card: Card { kind.card }
  var images: ImageSpec { ImageSpec(channels: 1, height: Self.side, width: Self.side) }
  var classNames: [String] { kind.classNames }

  func labels(_ split: Split) -> [Int] { parts[split].map { part in part.places.map { part.labels[$0] } } ?? [] }

  func name(_ split: Split, of index: Int) -> String { "\(split.rawValue)/\(place(split, index))" }

  /// Place, label and pixels of every image that is used, train before test: the same whether the files are packed or not.
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let size = Self.side * Self.side
    for split in Split.allCases {
      guard let part = parts[split] else { continue }
      for place in part.places {
        try Array("\(split.rawValue) \(place) \(part.labels[place])".utf8).withUnsafeBytes(body)
        try part.pixels[place * size..<(place + 1) * size].withUnsafeBytes(body)
      }
    }
  }

  func images(_ split: Split, _ indices: [Int]) throws -> Tensor {
    let size = Self.side * Self.side
    let pixels = parts[split]?.pixels ?? []
    return Tensor(unsafeUninitialized: images.shape(indices.count)) { target in
      for (row, index) in indices.enumerated() {
        let start = place(split, index) * size
        for i in 0..<size { target[row * size + i] = Float(pixels[start + i]) / 255 }
      }
    }
  }

  private func place(_ split: Split, _ index: Int) -> Int {
    let places = parts[split]?.places ?? []
    precondition(places.indices.contains(index), "image \(index) wanted of \(places.count) in \(split)")
    return places[index]
  }

  private static func part(_ split: Split, in folder: Folder, _ kind: Kind, limit: Int) throws -> Part {
    let prefix = split == .train ? "train" : "t10k"
    let (imageFile, pictures) = try array("\(prefix)-images-idx3-ubyte", in: folder, kind)
    let (labelFile, marks) = try array("\(prefix)-labels-idx1-ubyte", in: folder, kind)
    guard pictures.extents.count == 3, pictures.extents[1...] == [side, side], let pixels = pictures.octets else {
      throw RetrievalDatasetError.unexpectedContent(
        file: imageFile, got: "an array of shape \(pictures.extents)", expected: "bytes of shape [N, \(side), \(side)]")
    }
    let count = pictures.extents[0]
    guard marks.extents == [count], let labels = marks.octets?.map(Int.init) else {
      throw RetrievalDatasetError.unexpectedContent(
        file: labelFile, got: "an array of shape \(marks.extents)",
        expected: "bytes of shape [\(count)], a label an image")
    }
    guard labels.allSatisfy(kind.classNames.indices.contains) else {
      throw RetrievalDatasetError.unexpectedContent(
        file: labelFile, got: "label \(labels.max() ?? 0)", expected: "labels of 0 to \(kind.classNames.count - 1)")
    }
    var seen = [Int](repeating: 0, count: kind.classNames.count)
    let places = labels.indices.filter { place in
      seen[labels[place]] += 1
      return seen[labels[place]] <= limit
    }
    return Part(pixels: pixels, labels: labels, places: places)
  }

  private static func array(_ name: String, in folder: Folder, _ kind: Kind) throws -> (file: String, IDX) {
    let files = try folder.listing().files
    guard let file = [name + ".gz", name].first(where: files.contains) else {
      throw RetrievalDatasetError.missingFile(folder: folder.path, file: name + ".gz", source: kind.source)
    }
    let path = folder.appending(file)
    return (path, try IDX(contentsOf: path, limit: 256 << 20))
  }
}
