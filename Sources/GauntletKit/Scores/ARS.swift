/// ARS, the Adversarial Resistance Score: how little of what an attack wants it achieves, in percent.
///
/// ARS = 100·(1 − O/G), G the change that the attack wants and O the one that it achieves: CA+, QA+: 100·r₁/r₀; CA−, QA−:
/// 100·(100 − r₁)/(100 − r₀); ES:R, LTM, GTM, GTT: 100·R₁/R₀, with percentiles r and percentages R before (0) and after
/// (1). TMA and ES:D have none. Larger is more robust; below 0 or above 100 where an attack backfires: not clipped, as
/// published. (Tian et al., "Collapse-aware triplet decoupling for adversarially robust image retrieval", ICML 2024.)
public enum AdversarialResistanceScore {
  /// What is averaged over the trials.
  public enum Averaging: String, Hashable, Sendable, Codable, CaseIterable {
    /// The ratio of means over the trials; reproduces the published numbers.
    case ratioOfMeans = "ratio-of-means"
    /// The mean of the trials' ratios; trials whose goal is 0 are left out.
    case meanOfRatios = "mean-of-ratios"
  }

  /// The eight components that it is made of.
  public static let components: [ERSComponent] = [.caPlus, .caMinus, .qaPlus, .qaMinus, .esRecall, .ltm, .gtm, .gtt]

  /// One component's score; nil for TMA and ES:D, and where the goal is 0.
  /// - Parameters: the raw numbers of the same trials before and after the attack.
  public static func component(
    _ component: ERSComponent, before: [Double], after: [Double], averaging: Averaging = .ratioOfMeans
  ) -> Double? {
    precondition(before.count == after.count, "\(before.count) numbers before, \(after.count) after the attack")
    guard components.contains(component) else { return nil }
    switch averaging {
    case .ratioOfMeans:
      guard !before.isEmpty else { return nil }
      return ratio(component, mean(before), mean(after))
    case .meanOfRatios:
      let ratios = zip(before, after).compactMap { ratio(component, $0, $1) }
      return ratios.isEmpty ? nil : mean(ratios)
    }
  }

  /// The mean of the eight components' scores; nil unless all eight are there.
  public static func score(_ scores: [ERSComponent: Double]) -> Double? {
    let values = components.compactMap { scores[$0] }
    return values.count == components.count ? mean(values) : nil
  }

  private static func ratio(_ component: ERSComponent, _ before: Double, _ after: Double) -> Double? {
    let lowers = component == .caMinus || component == .qaMinus
    let goal = lowers ? 100 - before : before
    return goal == 0 ? nil : 100 * (lowers ? 100 - after : after) / goal
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
