/// What kinds of pairs are made: which families, how strong, how different the two of a pair are.
public struct DistortionRecipe: Hashable, Sendable {
  public let families: [Distortion]
  /// Of the stronger distortion of a pair; drawn uniformly.
  public let strength: ClosedRange<Float>
  /// The stronger strength divided by the weaker one; drawn uniformly. Near 1 is hard.
  public let ratio: ClosedRange<Float>

  public init(families: [Distortion], strength: ClosedRange<Float>, ratio: ClosedRange<Float>) {
    precondition(!families.isEmpty, "a recipe needs a family of distortions")
    precondition(strength.lowerBound > 0 && strength.upperBound <= 1, "strengths lie in (0, 1], got \(strength)")
    precondition(ratio.lowerBound > 1, "ratios are above 1, got \(ratio)")
    self.families = families
    self.strength = strength
    self.ratio = ratio
  }
}

extension DistortionRecipe {
  /// A recipe as it is written in settings.
  ///
  /// - Parameter list: names of families, separated by commas; spaces around them do not matter.
  /// - Throws: `DistortionError`.
  public init(
    parsing list: String, strength: (minimum: Float, maximum: Float), ratio: (minimum: Float, maximum: Float)
  ) throws {
    var families: [Distortion] = []
    for part in list.split(separator: ",") {
      let name = part.filter { !$0.isWhitespace }
      guard let family = Distortion(rawValue: name) else {
        throw DistortionError.unknownFamily(name, known: Distortion.allCases.map(\.rawValue))
      }
      guard !families.contains(family) else { throw DistortionError.repeatedFamily(name) }
      families.append(family)
    }
    guard !families.isEmpty else { throw DistortionError.noFamily }
    guard strength.minimum <= strength.maximum else {
      throw DistortionError.emptyRange(
        minimum: "strength-min", maximum: "strength-max", strength.minimum, strength.maximum)
    }
    guard ratio.minimum <= ratio.maximum else {
      throw DistortionError.emptyRange(minimum: "ratio-min", maximum: "ratio-max", ratio.minimum, ratio.maximum)
    }
    self.init(
      families: families, strength: strength.minimum...strength.maximum, ratio: ratio.minimum...ratio.maximum)
  }
}
