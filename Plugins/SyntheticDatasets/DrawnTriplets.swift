internal import GauntletKit
internal import Pictures
internal import Tensors

/// Drawn scenes, each with two distorted versions of one family; the weaker distortion is the truth.
///
/// The two strengths differ by a factor drawn from [`ratio-min`, `ratio-max`]: near 1 the question is hard for a metric,
/// though its answer is known by construction. Votes are 0 or 1.
struct DrawnTriplets: TripletDataset {
  static let card = Card(
    id: "triplets", version: "1", title: "Drawn triplets",
    definition: "A drawn image and two versions of it, spoilt by one family of distortions with different strengths; "
      + "the weaker one is closer, by construction",
    reference: "procedural; no pictures are stored")

  static let families = Distortion.allCases.filter { $0 != .jpeg }

  static let settings = [
    Setting("size", .integer(28...224), default: "32", help: "side of the images in pixels"),
    Setting("count", .integer(1...1_000_000), default: "200", help: "number of triplets"),
    Setting("seed", .integer(0...Int.max), default: "1", help: "another seed draws other triplets"),
    Setting(
      "distortions", .text, default: families.map(\.rawValue).joined(separator: ","),
      help: "comma list of " + Distortion.allCases.map(\.rawValue).joined(separator: ", ")),
    Setting("strength-min", .number(0.01...1), default: "0.2", help: "least strength of the stronger distortion"),
    Setting("strength-max", .number(0.01...1), default: "0.9", help: "greatest strength of the stronger distortion"),
    Setting("ratio-min", .number(1.001...100), default: "1.05", help: "least ratio of the two strengths"),
    Setting("ratio-max", .number(1.001...100), default: "1.6", help: "greatest ratio of the two strengths"),
  ]

  let size: Int
  let count: Int
  let seed: UInt64
  let recipe: DistortionRecipe

  /// - Throws: `PluginError.unusable`.
  init(_ settings: SettingValues) throws {
    size = settings.integer("size")
    count = settings.integer("count")
    seed = UInt64(settings.integer("seed"))
    do {
      recipe = try DistortionRecipe(
        parsing: settings.text("distortions"),
        strength: (Float(settings.number("strength-min")), Float(settings.number("strength-max"))),
        ratio: (Float(settings.number("ratio-min")), Float(settings.number("ratio-max"))))
    } catch let error as DistortionError {
      throw PluginError.unusable(plugin: "dataset triplets", reason: error.description)
    }
  }

  var card: Card { DrawnTriplets.card }
  var images: ImageSpec { ImageSpec(channels: 3, height: size, width: size) }

  func forEachContent(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {}

  func triplets(_ indices: [Int]) throws -> Triplets {
    let plans = indices.map { index in
      precondition(index >= 0 && index < count, "triplet \(index) wanted of \(count)")
      return DistortionPlan(recipe, seed: seed, index: index)
    }
    let (n, size3) = (indices.count, 3 * size * size)
    // Rows: all references, all first candidates, all second ones.
    let all = try Tensor(unsafeUninitialized: images.shape(3 * n)) { target in
      let target = Unchecked(target)
      try Workers.forEach(n) { i in
        let image = scene(indices[i])
        let pair = try plans[i].pair(of: image)
        for (side, part) in [image, pair.first, pair.second].enumerated() {
          part.withScalars { scalars in
            _ = target.value[((side * n + i) * size3)...].update(fromContentsOf: scalars)
          }
        }
      }
    }
    return Triplets(
      references: all.rows(0..<n), first: all.rows(n..<2 * n), second: all.rows(2 * n..<3 * n),
      votes: plans.map(\.vote))
  }

  private func scene(_ index: Int) -> Tensor {
    var stream = RandomStream(seed: seed, ["triplets", "scene"], [index])
    let kind = ShapeClass.all[stream.integer(below: ShapeClass.all.count)]
    return Tensor(unsafeUninitialized: [3, size, size]) { target in
      let scene = Scene(of: kind, using: &stream)
      Painter(size: size).paint(scene, to: target, using: &stream)
    }
  }

  func name(of index: Int) -> String {
    "\(index): \(DistortionPlan(recipe, seed: seed, index: index))"
  }
}
