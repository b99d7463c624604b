internal import GauntletKit
internal import Pictures
internal import Tensors

/// Pictures of a folder, each with two distorted versions of one family; the weaker distortion is the truth.
///
/// The pictures are those of a random order that the seed decides; a larger count keeps the triplets of a smaller one. If
/// more triplets are wanted than there are pictures, pictures come again with other distortions.
struct FolderTriplets: TripletDataset {
  static let card = Card(
    id: "folder-triplets", version: "1", title: "Triplets of a folder",
    definition: "A picture and two versions of it, spoilt by one family of distortions with different strengths; the "
      + "weaker one is closer, by construction",
    reference: "the question is that of BAPPS (Zhang et al., CVPR 2018); the truth is the construction's")

  static let settings = [
    Setting("path", .path, default: nil, help: "a folder with pictures, in it or in folders below"),
    Setting("size", .integer(16...1024), default: "64", help: "side of the images in pixels"),
    Setting(
      "resize", .choice(Fitting.allCases.map(\.rawValue)), default: "shorter-crop",
      help: "resize both sides, or the shorter side and cut out the middle"),
    Setting(
      "filter", .choice(ResamplingFilter.allCases.map(\.rawValue)), default: "bilinear", help: "resampling kernel"),
    Setting("count", .integer(1...1_000_000), default: "500", help: "number of triplets"),
    Setting("seed", .integer(0...Int.max), default: "1", help: "another seed takes other pictures and distortions"),
    Setting(
      "distortions", .text, default: "noise,blur,jpeg,contrast,shift,rotation,warp",
      help: "comma list of " + Distortion.allCases.map(\.rawValue).joined(separator: ", ")),
    Setting("strength-min", .number(0.01...1), default: "0.2", help: "least strength of the stronger distortion"),
    Setting("strength-max", .number(0.01...1), default: "0.9", help: "greatest strength of the stronger distortion"),
    Setting("ratio-min", .number(1.001...100), default: "1.05", help: "least ratio of the two strengths"),
    Setting("ratio-max", .number(1.001...100), default: "1.6", help: "greatest ratio of the two strengths"),
  ]

  private static let plugin = "dataset folder-triplets"

  private let folder: Folder
  /// Relative to the folder; triplet i is of picture i modulo their number.
  private let paths: [String]
  private let fitting: Fitting
  private let filter: ResamplingFilter
  private let seed: UInt64
  let recipe: DistortionRecipe
  let count: Int
  let images: ImageSpec

  /// Lists the folder; decodes nothing.
  ///
  /// - Throws: `PluginError.unusable`.
  init(_ settings: SettingValues) throws {
    let size = settings.integer("size")
    images = ImageSpec(channels: 3, height: size, width: size)
    fitting = Fitting(rawValue: settings.text("resize")) ?? .shorterCrop
    filter = ResamplingFilter(rawValue: settings.text("filter")) ?? .bilinear
    count = settings.integer("count")
    seed = UInt64(settings.integer("seed"))
    let folder = Folder(settings.text("path"))
    let (recipe, found) = try Self.explained {
      let recipe = try DistortionRecipe(
        parsing: settings.text("distortions"),
        strength: (Float(settings.number("strength-min")), Float(settings.number("strength-max"))),
        ratio: (Float(settings.number("ratio-min")), Float(settings.number("ratio-max"))))
      return (recipe, try folder.pictures().paths)
    }
    guard !found.isEmpty else {
      throw PluginError.unusable(
        plugin: Self.plugin, reason: "\(folder.path): no picture (.jpg, .jpeg or .png) lies in it or below it")
    }
    var stream = RandomStream(seed: seed, ["folder-triplets", "order"])
    var paths = found
    stream.shuffle(&paths)
    self.recipe = recipe
    self.paths = paths
    self.folder = folder
  }

  var card: Card { FolderTriplets.card }

  /// The relative path and the bytes of every picture that is used.
  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    for path in paths.prefix(count) {
      try Array(path.utf8).withUnsafeBytes(body)
      try Self.explained { try Picture.bytes(ofFile: folder.appending(path)) }.withUnsafeBytes(body)
    }
  }

  func triplets(_ indices: [Int]) throws -> Triplets {
    let plans = indices.map { plan($0) }
    let (n, size) = (indices.count, 3 * images.height * images.width)
    // Rows: all references, all first candidates, all second ones.
    let all = try Tensor(unsafeUninitialized: images.shape(3 * n)) { target in
      let target = Unchecked(target)
      try Workers.forEach(n) { i in
        let (image, pair) = try Self.explained {
          let image = try Picture(contentsOf: folder.appending(path(indices[i])))
            .fitted(to: images.height, fitting, filter: filter).tensor()
          return (image, try plans[i].pair(of: image))
        }
        for (side, part) in [image, pair.first, pair.second].enumerated() {
          part.withScalars { scalars in
            _ = target.value[((side * n + i) * size)...].update(fromContentsOf: scalars)
          }
        }
      }
    }
    return Triplets(
      references: all.rows(0..<n), first: all.rows(n..<2 * n), second: all.rows(2 * n..<3 * n),
      votes: plans.map(\.vote))
  }

  private func plan(_ index: Int) -> DistortionPlan {
    precondition(index >= 0 && index < count, "triplet \(index) wanted of \(count)")
    return DistortionPlan(recipe, seed: seed, index: index)
  }

  private func path(_ index: Int) -> String { paths[index % paths.count] }

  func name(of index: Int) -> String { "\(path(index)): \(plan(index))" }

  /// Errors of files and recipes as errors of this plugin.
  private static func explained<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as PictureError {
      throw PluginError.unusable(plugin: plugin, reason: error.description)
    } catch let error as DistortionError {
      throw PluginError.unusable(plugin: plugin, reason: error.description)
    }
  }
}
