/// What the signs of a failing attack mean, as in Documentation/Trust.md: a page must stand without it.
package enum TrustGuide {
  package struct Entry: Sendable {
    package let code: String
    /// When it is raised.
    package let sign: String
    /// What it means, and what to do.
    package let meaning: String
  }

  /// The entry of a warning's code or a sample's flag; what follows a colon is the flag's own.
  static func entry(of flag: String) -> Entry? {
    let code = flag.prefix { $0 != ":" }
    return entries.first { $0.code.prefix { $0 != ":" } == code }
  }

  static func anchor(of flag: String) -> String { "trust-" + flag.prefix { $0 != ":" } }

  package static let entries = [
    Entry(
      code: "zero-gradient",
      sign: "on at least a tenth of the samples a search could not harm, half or more of its gradients were zero "
        + "in every pixel",
      meaning:
        "nothing to follow: a saturated loss, a quantised or masked metric. Run square or autoattack-2afc; "
        + "for a wrapping defense, its own straight-through gradient"),
    Entry(
      code: "nan-gradient",
      sign: "a gradient was not finite",
      meaning:
        "a square root at zero, an overflow. Such gradients move nothing; define the subgradient in the "
        + "metric"),
    Entry(
      code: "black-box-wins",
      sign: "the part square of a cascade broke more than 0.2 points of samples that the parts with gradients did "
        + "not",
      meaning:
        "gradients are masked: believe the cascade, not single gradient attacks"),
    Entry(
      code: "not-monotone",
      sign: "2AFC under one attack is more than 2 points higher at a larger ε",
      meaning:
        "the search fails at the larger ε: more steps, restarts, apgd in place of pgd"),
    Entry(
      code: "zero-radius-changes",
      sign: "an attack with ε = 0 changed a verdict",
      meaning:
        "the metric is not a function of its image, or a bug"),
    Entry(
      code: "large-radius-holds",
      sign: "more than a tenth of 8 probed answers hold at an ℓ∞ radius of 128/255, against 40 steps of APGD",
      meaning:
        "no picture is left at that radius: the attack does not see the metric's decision"),
    Entry(
      code: "not-deterministic",
      sign: "an image's distances have other bits in another batch, or the second time",
      meaning:
        "scores are not reproducible; attack with expectation over transformation (draws of the attacks)"),
    Entry(
      code: "softmax-scores",
      sign: "scores lie in [0, 1] and sum to 1",
      meaning:
        "cross-entropy on probabilities saturates twice: use the scores before the softmax"),
    Entry(
      code: "collapsed",
      sign: "embeddings lie closer than 0.05 or at a mean cosine above 0.99, or R@1 is within chance",
      meaning:
        "ERS rises when a model collapses: it says nothing of such a model"),
    Entry(
      code: "outside-threat",
      sign: "an attack proposed an image outside of its threat model, and the harness projected it",
      meaning:
        "harmless for the score; the attack may be weaker than it thinks"),
    Entry(
      code: "clean-is-worst:M",
      sign: "no proposal was worse for the defender than the clean image in measure M",
      meaning:
        "the search failed on this sample, or the sample is robust"),
    Entry(
      code: "nan:M",
      sign: "measure M is not a number",
      meaning:
        "counted as the worst for the defender, never dropped"),
    Entry(
      code: "certified",
      sign: "the sample was left alone, since no image of the threat model can harm it",
      meaning:
        "only with skip-certified: true in the suite"),
  ]
}
