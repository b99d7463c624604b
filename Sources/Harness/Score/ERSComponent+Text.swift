internal import GauntletKit

/// How reports word the components of ERS.
extension ERSComponent {
  var title: String {
    switch self {
    case .caPlus: "CA+"
    case .caMinus: "CA−"
    case .qaPlus: "QA+"
    case .qaMinus: "QA−"
    case .tma: "TMA"
    case .esShift: "ES:D"
    case .esRecall: "ES:R"
    case .ltm: "LTM"
    case .gtm: "GTM"
    case .gtt: "GTT"
    }
  }

  /// The component's score in [0, 100], larger is better for the defender.
  var definition: String {
    switch self {
    case .caPlus: "2 × the percentile of a perturbed candidate that wants to the top of a random query's ranking."
    case .caMinus: "100 − the percentile of a perturbed candidate that wants to the bottom of a near query's ranking."
    case .qaPlus: "2 × the percentile of a random candidate that a perturbed query wants at the top."
    case .qaMinus: "100 − the percentile of a near candidate that a perturbed query wants at the bottom."
    case .tma: "100·(1 − cosine of a perturbed query to a random target that it imitates)."
    case .esShift: "50·(2 − distance by which a perturbation moves the embedding)."
    case .esRecall: "R@1 in percent of the queries perturbed to move their embeddings."
    case .ltm: "R@1 in percent of queries perturbed so that the farthest mismatch comes before the nearest match."
    case .gtm: "R@1 in percent of queries perturbed towards the nearest mismatch."
    case .gtt: "share in percent of perturbed queries whose clean first answer is still among the first four."
    }
  }

  static let scoreDefinition =
    "ERS = (2·CA+ + (100 − CA−) + 2·QA+ + (100 − QA−) + 100·(1 − TMA) + 50·(2 − ES:D) + ES:R + LTM + GTM + GTT)/10, of the "
    + "values after the attack; meaningless for a collapsed model, so read it beside R@1."
  static let resistanceDefinition =
    "ARS: mean over CA±, QA±, ES:R, LTM, GTM and GTT of (1 − |change achieved| / |change wanted|)·100; ratios of means over "
    + "the samples, not clipped."
}
