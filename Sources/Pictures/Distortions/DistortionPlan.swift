public import Tensors

/// One pair of distortions of one family, of which the weaker is the truth: decided before any pixel is seen.
public struct DistortionPlan: Hashable, Sendable, CustomStringConvertible {
  public let family: Distortion
  /// The strength that the first candidate is spoilt with, and the second.
  public let first: Float
  public let second: Float
  private let seed: UInt64
  private let index: Int

  /// The plan of triplet `index`: a function of the recipe, the seed and the index alone.
  public init(_ recipe: DistortionRecipe, seed: UInt64, index: Int) {
    var stream = RandomStream(seed: seed, ["distortion", "plan"], [index])
    family = recipe.families[stream.integer(below: recipe.families.count)]
    var strong = stream.uniform(recipe.strength)
    var weak = strong / stream.uniform(recipe.ratio)
    if family == .jpeg {
      // Strengths that are a quality apart at least: equal files would have no truth.
      let quality = min(Distortion.quality(of: strong), 99)
      strong = Distortion.strength(ofQuality: quality)
      weak = Distortion.strength(ofQuality: max(Distortion.quality(of: weak), quality + 1))
    }
    (first, second) = stream.uniform() < 0.5 ? (weak, strong) : (strong, weak)
    self.seed = seed
    self.index = index
  }

  /// The share of votes for the second candidate: 1 where it is the weaker one, 0 where the first is.
  public var vote: Float { second < first ? 1 : 0 }

  /// Both candidates: [C, H, W] → [C, H, W] twice. Each has randomness of its own.
  public func pair(of image: Tensor) throws -> (first: Tensor, second: Tensor) {
    func spoilt(_ candidate: Int, _ strength: Float) throws -> Tensor {
      var stream = RandomStream(seed: seed, ["distortion", family.rawValue], [index, candidate])
      return try family.applied(to: image, strength: strength, using: &stream)
    }
    return (try spoilt(0, first), try spoilt(1, second))
  }

  /// "blur 0.31 against 0.42"
  public var description: String { "\(family.rawValue) \(Self.short(first)) against \(Self.short(second))" }

  private static func short(_ value: Float) -> String { "\((value * 1000).rounded() / 1000)" }
}
