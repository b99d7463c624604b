internal import GauntletKit
internal import Tensors

/// Procedurally drawn RGB images of parts with an outline, a fill pattern, two related hues and a number.
///
/// A class is a combination of these attributes; position, size, tilt, colours, background, clutter, light and noise are
/// the image's own. Classes alternate between the splits, so train and test share attributes but no class. Nothing is
/// stored: image i of class c is a function of (seed, c, i).
struct ShapesDataset: RetrievalDataset {
  static let card = Card(
    id: "shapes", version: "1", title: "Drawn shapes",
    definition: "Images of 1 to 3 parts; class = outline × fill pattern × hue relation × number of parts; "
      + "train and test classes are disjoint",
    reference: "procedural; no pictures are stored")

  static let settings = [
    Setting("size", .integer(28...224), default: "32", help: "side of the images in pixels"),
    Setting("classes", .integer(4...360), default: "32", help: "number of classes, alternately train and test"),
    Setting("train-per-class", .integer(1...100_000), default: "60", help: "images of each train class"),
    Setting("test-per-class", .integer(2...100_000), default: "25", help: "images of each test class"),
    Setting("seed", .integer(0...Int.max), default: "1", help: "another seed draws other classes and images"),
  ]

  let size: Int
  let perClass: [Split: Int]
  let seed: UInt64
  let classes: [ShapeClass]

  init(_ settings: SettingValues) {
    size = settings.integer("size")
    seed = UInt64(settings.integer("seed"))
    perClass = [.train: settings.integer("train-per-class"), .test: settings.integer("test-per-class")]
    classes = ShapeClass.chosen(settings.integer("classes"), seed: seed)
  }

  var card: Card { ShapesDataset.card }
  var images: ImageSpec { ImageSpec(channels: 3, height: size, width: size) }
  var classNames: [String] { classes.map(\.name) }

  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {}

  /// Train classes are the even ones.
  private func classIndices(_ split: Split) -> [Int] {
    Array(stride(from: split == .train ? 0 : 1, to: classes.count, by: 2))
  }

  /// The class and the number within the class of an image.
  private func place(_ split: Split, _ index: Int) -> (label: Int, instance: Int) {
    let each = perClass[split] ?? 0
    let labels = classIndices(split)
    precondition(
      index >= 0 && index < each * labels.count, "image \(index) wanted of \(each * labels.count) in \(split)")
    return (labels[index / each], index % each)
  }

  func labels(_ split: Split) -> [Int] {
    classIndices(split).flatMap { [Int](repeating: $0, count: perClass[split] ?? 0) }
  }

  func images(_ split: Split, _ indices: [Int]) throws -> Tensor {
    let plane = 3 * size * size
    return Tensor(unsafeUninitialized: images.shape(indices.count)) { target in
      let base = Unchecked(target)
      Workers.forEach(indices.count) { i in
        let (label, instance) = place(split, indices[i])
        var stream = RandomStream(seed: seed, ["shapes", "image"], [label, instance])
        let scene = Scene(of: classes[label], using: &stream)
        let part = UnsafeMutableBufferPointer(rebasing: base.value[i * plane..<(i + 1) * plane])
        Painter(size: size).paint(scene, to: part, using: &stream)
      }
    }
  }

  func name(_ split: Split, of index: Int) -> String {
    let (label, instance) = place(split, index)
    return "\(classes[label].name)/\(instance)"
  }
}
