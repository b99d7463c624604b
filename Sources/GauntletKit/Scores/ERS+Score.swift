/// ERS, the Empirical Robustness Score: ten attacks' raw numbers on one scale, averaged. Larger is more robust.
///
/// Undefended models come to about 5, the best published ones to about 60; a collapsed model does not get a low score, so
/// it is never shown without recall@1. (Zhou et al., "Adversarial attack and defense in deep ranking", 2021.)
public enum EmpiricalRobustnessScore {
  /// A component's score, in [0, 100] where the raw number is in its usual range; not clipped, as published.
  ///
  /// CA+, QA+: 2·percentile (0…50). CA−, QA−: 100 − percentile. TMA: 100·(1 − cosine). ES:D: 50·(2 − shift), for
  /// normalised embeddings, whose shift is at most 2. ES:R, LTM, GTM, GTT: the percentage itself.
  public static func component(_ component: ERSComponent, raw: Double) -> Double {
    switch component {
    case .caPlus, .qaPlus: 2 * raw
    case .caMinus, .qaMinus: 100 - raw
    case .tma: 100 * (1 - raw)
    case .esShift: 50 * (2 - raw)
    case .esRecall, .ltm, .gtm, .gtt: raw
    }
  }

  /// The mean of the ten components' scores; nil unless all ten are there.
  public static func score(_ raw: [ERSComponent: Double]) -> Double? {
    var sum = 0.0
    for component in ERSComponent.allCases {
      guard let value = raw[component] else { return nil }
      sum += Self.component(component, raw: value)
    }
    return sum / Double(ERSComponent.allCases.count)
  }
}
