/// How far a metric's embeddings can move when pixels do, with what the claim rests on: what certificates start from.
public struct LipschitzClaim: Hashable, Sendable {
  /// L: ‖φ(x) − φ(y)‖₂ ≤ L·‖x − y‖₂ for all images with pixels in [0, 1]; φ the embedding before normalisation.
  public let constant: Double
  /// How many of the last coordinates are constants that no image moves.
  public let constantCoordinates: Int
  /// How far a computed embedding is from φ at most, as a share of its norm: proofs are about real numbers.
  public let relativeError: Double
  /// Why the constant holds, for reports.
  public let proof: String

  /// What single precision costs an embedding, at most: every operation is held to less against double precision by the
  /// tests of the networks.
  public static let singlePrecision = 1e-5

  public init(
    constant: Double, constantCoordinates: Int = 0, relativeError: Double = LipschitzClaim.singlePrecision,
    proof: String
  ) {
    precondition(constant > 0 && constant.isFinite, "a Lipschitz constant is positive and finite, not \(constant)")
    self.constant = constant
    self.constantCoordinates = constantCoordinates
    self.relativeError = relativeError
    self.proof = proof
  }
}
