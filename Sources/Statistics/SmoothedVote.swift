/// What votes under Gaussian noise prove about a choice of two: the certificate of randomised smoothing.
///
/// The base classifier is asked `count` times, each time with independent noise N(0, σ² I) on the perturbed image; the
/// smoothed classifier answers what the base would most likely say. Where a lower confidence bound p of that likelihood
/// is above one half, the smoothed answer cannot change within the ℓ2 radius σ Φ⁻¹(p), in the units of σ; elsewhere
/// there is no answer (it abstains), and no radius.
///
/// Probabilistic: with a probability of at most `alpha` a certificate is wrong. It speaks of the smoothed classifier,
/// whose answer these votes estimate, and not of the base, nor of an answer from a mean over few draws. Ties of the
/// base are votes for neither. Never mix these with deterministic certificates.
///
/// Source: Cohen, Rosenfeld and Kolter, "Certified adversarial robustness via randomized smoothing", ICML 2019, theorem
/// 1 and algorithm Certify; bounds by Clopper and Pearson.
public struct SmoothedVote: Hashable, Sendable {
  /// The candidate that the smoothed classifier prefers, 0 or 1; nil where it abstains.
  public let answer: Int?
  /// The lower confidence bound of the likelihood of the answer, or of the likelier candidate.
  public let bound: Double
  /// The ℓ2 radius of the certificate; 0 where it abstains, infinite only for an infinite σ.
  public let radius: Double

  /// Votes for both candidates, of which neither was chosen beforehand.
  ///
  /// Both bounds must hold, so each takes half of `alpha`.
  /// - Parameters:
  ///   - first: votes for candidate 0, and `second` for candidate 1; their sum is at most `count`.
  ///   - count: how often the base was asked.
  ///   - sigma: deviation of the noise, positive.
  ///   - alpha: the probability of a wrong certificate, in (0, ½).
  public init(first: Int, second: Int, of count: Int, sigma: Double, alpha: Double) {
    precondition(
      first >= 0 && second >= 0 && first + second <= count, "\(first) and \(second) votes of \(count)")
    self.init(
      choice: second > first ? 1 : 0, agreeing: max(first, second), of: count, sigma: sigma, bounding: alpha / 2)
  }

  /// Votes for one candidate that was chosen beforehand, from other draws than these.
  /// - Parameters:
  ///   - choice: the candidate, 0 or 1.
  ///   - agreeing: votes for it.
  ///   - count: how often the base was asked.
  ///   - sigma: deviation of the noise, positive.
  ///   - alpha: the probability of a wrong certificate, in (0, ½).
  public init(choice: Int, agreeing: Int, of count: Int, sigma: Double, alpha: Double) {
    self.init(choice: choice, agreeing: agreeing, of: count, sigma: sigma, bounding: alpha)
  }

  private init(choice: Int, agreeing: Int, of count: Int, sigma: Double, bounding alpha: Double) {
    precondition(alpha > 0 && alpha < 0.5, "a probability of error lies in (0, 1/2), got \(alpha)")
    precondition(sigma > 0, "a deviation is positive, got \(sigma)")
    precondition(choice == 0 || choice == 1, "candidate \(choice) of 0 and 1")
    // The lower end of a two-sided interval of level 1 − 2α is the one-sided bound of level 1 − α.
    let bound = Proportion.clopperPearson(successes: agreeing, of: count, level: 1 - 2 * alpha).low
    self.bound = bound
    guard bound > 0.5 else {
      (answer, radius) = (nil, 0)
      return
    }
    answer = choice
    radius = sigma * Normal.quantile(bound)
  }

  /// Whether the answer is the wanted one and stays so within `epsilon` (ℓ2, strictly less than the radius).
  public func certifies(_ wanted: Int, within epsilon: Double) -> Bool { answer == wanted && epsilon < radius }

  /// The largest radius that so many votes can prove: all agree.
  public static func largestRadius(votes count: Int, sigma: Double, alpha: Double) -> Double {
    SmoothedVote(first: count, second: 0, of: count, sigma: sigma, alpha: alpha).radius
  }
}
