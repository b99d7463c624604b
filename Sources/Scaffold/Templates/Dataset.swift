#if canImport(Glibc)
  import Glibc
#endif
public import GauntletKit
import Tensors

/// The dataset `template-dataset`: drawn gratings. This is the one file to edit.
///
/// What is here is whole and works. Change, in this order: `card` (what it is; a new `version` whenever its pixels change),
/// `settings` (what a suite may tell it) and `images` (where pixels come from). A dataset of files takes a setting of kind
/// `.path`, and hands over the files' contents and names in `forEachContent`: that is its identity. Questions with two
/// alternatives come from a `TripletDataset` instead.
public enum TemplateDataset {
  public static func register(in registry: inout Registry) throws {
    try registry.datasets.register(
      Plugin(TemplateDatasetGratings.card, settings: TemplateDatasetGratings.settings) { TemplateDatasetGratings($0) })
  }
}

/// A class is a direction and a spacing of stripes; an image has a phase, colours and noise of its own. Train and test
/// classes are disjoint.
struct TemplateDatasetGratings: RetrievalDataset {
  static let card = Card(
    id: "template-dataset", version: "1", title: "TemplateDataset",
    definition: "drawn stripes; class = direction × spacing; train and test classes are disjoint",
    reference: "procedural; no pictures are stored")

  static let settings = [
    Setting("size", .integer(8...224), default: "32", help: "side of the images in pixels"),
    Setting("directions", .integer(2...64), default: "8", help: "directions of stripes"),
    Setting("train-per-class", .integer(2...100_000), default: "40", help: "images of each train class"),
    Setting("test-per-class", .integer(2...100_000), default: "10", help: "images of each test class"),
    Setting("seed", .integer(0...Int.max), default: "1", help: "another seed draws other images"),
  ]

  /// Pixels from stripe to stripe.
  static let spacings: [Float] = [4, 5.5, 7.5, 10]

  private let size: Int
  private let directions: Int
  private let perClass: [Split: Int]
  private let seed: UInt64

  init(_ values: SettingValues) {
    size = values.integer("size")
    directions = values.integer("directions")
    perClass = [.train: values.integer("train-per-class"), .test: values.integer("test-per-class")]
    seed = UInt64(values.integer("seed"))
  }

  var card: Card { Self.card }
  var images: ImageSpec { ImageSpec(channels: 3, height: size, width: size) }

  var classNames: [String] {
    (0..<directions).flatMap { direction in
      Self.spacings.map { "\(180 * direction / directions) degrees, \($0) pixels" }
    }
  }

  /// Classes alternate between the splits.
  func labels(_ split: Split) -> [Int] {
    stride(from: split == .train ? 0 : 1, to: directions * Self.spacings.count, by: 2).flatMap { label in
      [Int](repeating: label, count: perClass[split] ?? 0)
    }
  }

  /// Each image is a function of the seed, the split and its index.
  func images(_ split: Split, _ indices: [Int]) throws -> Tensor {
    let labels = labels(split)
    return Tensor(
      concatenating: indices.map { index in
        var random = RandomStream(seed: seed, ["template-dataset", split.rawValue], [index])
        return drawn(labels[index], using: &random)
      })
  }

  private func drawn(_ label: Int, using random: inout RandomStream) -> Tensor {
    let angle = Float.pi * Float(label / Self.spacings.count) / Float(directions)
    let wave = 2 * Float.pi / Self.spacings[label % Self.spacings.count]
    let phase = random.uniform(0...(2 * Float.pi))
    let colors = (0..<3).map { _ in (middle: random.uniform(0.4...0.6), depth: random.uniform(0.1...0.3)) }
    return Tensor(unsafeUninitialized: [1, 3, size, size]) { target in
      for channel in 0..<3 {
        for y in 0..<size {
          for x in 0..<size {
            let stripe = sin(wave * (Float(x) * cos(angle) + Float(y) * sin(angle)) + phase)
            let value = colors[channel].middle + colors[channel].depth * stripe + 0.05 * random.normal()
            target[(channel * size + y) * size + x] = min(max(value, 0), 1)
          }
        }
      }
    }
  }

  func name(_ split: Split, of index: Int) -> String { "\(classNames[labels(split)[index]])/\(index)" }

  /// Nothing is read from files: the settings decide every pixel.
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {}
}
