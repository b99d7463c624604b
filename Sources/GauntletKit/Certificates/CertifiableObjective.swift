public import Tensors

/// An objective whose outcomes can be bounded without an attack.
///
/// Whatever image of the ball an adversary finds, no measure is worse for the defender than the bound: natural ≥ empirical ≥
/// certified, per sample. No attack is run: one forward pass an image.
public protocol CertifiableObjective: Objective {
  /// For clean images [n, C, H, W], one a sample of `samples`: the worst outcome that cannot be excluded when each moves by
  /// at most `radius` in ℓ2 of pixels in [0, 1].
  func certifiedOutcomes(at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim) throws -> [Outcome]
}

extension ThreatModel {
  /// The radius of an ℓ2 ball that holds this one, for images of so many numbers: ε for ℓ2 and ℓ1, ε·√n for ℓ∞.
  public func enclosingRadius(of numbers: Int) -> Double {
    switch norm {
    case .l2, .l1: epsilon
    case .linf: (epsilon * Double(numbers).squareRoot()).nextUp
    }
  }
}
