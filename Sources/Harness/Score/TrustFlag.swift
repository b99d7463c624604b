/// Why a number may not mean what it seems to: ids that samples, warnings and Documentation/Trust.md share.
enum TrustFlag: String, CaseIterable {
  /// Half or more of a search's gradients were zero on a sample that it could not harm.
  case zeroGradient = "zero-gradient"
  /// A gradient was not finite.
  case badGradient = "nan-gradient"
  /// A search without gradients broke samples that those with gradients did not.
  case blackBoxWins = "black-box-wins"
  /// A larger ε left a clearly better score than a smaller one.
  case notMonotone = "not-monotone"
  /// An ε of 0 changed a verdict.
  case zeroRadius = "zero-radius-changes"
  /// Samples hold at an ε that erases the picture.
  case largeRadius = "large-radius-holds"
  /// The same image gave other numbers the second time, or beside other images.
  case notDeterministic = "not-deterministic"
  /// Scores look like probabilities: gradients vanish where a softmax saturates.
  case softmaxScores = "softmax-scores"
}
