/// The names of scores that reports know how to lay out. Other names are allowed, and end in the table of all scores.
public enum ScoreName {
  public static let twoAlternativeNatural = "2afc-natural"
  public static let twoAlternativeEmpirical = "2afc-empirical"
  public static let twoAlternativeCertified = "2afc-certified"
  /// Share of triplets that were neither broken nor certified.
  public static let twoAlternativeUndecided = "2afc-undecided"
  /// Share of queries that are proved to keep an item of their class in first place.
  public static let recallCertified = "recall@1-certified"
  /// Share of queries that keep an item of their class in first place under every attack on the query.
  public static let recallEmpirical = "recall@1-empirical"
  public static let meanAveragePrecision = "map"
  public static let mapAtR = "map@r"
  public static let mapAt10 = "map@10"
  public static let nmi = "nmi"
  /// Empirical robustness score: the mean of the ten components.
  public static let ers = "ers"
  /// Adversarial resistance score: the mean over the eight attacks that have a goal.
  public static let ars = "ars"

  /// "recall@1", "recall@2", …
  public static func recall(at k: Int) -> String { "recall@\(k)" }

  /// The component of ERS of one of ``ersAttacks``, 0…100: "ers:ca+", …
  public static func ersComponent(_ attack: String) -> String { "ers:" + attack }

  /// The resistance to one of ``arsAttacks``: "ars:ca+", …
  public static func arsComponent(_ attack: String) -> String { "ars:" + attack }

  /// What an attack outside of ERS measures: "sp-qa-plus:rank", …
  public static func measure(_ name: String, of attack: String) -> String { "\(attack):\(name)" }

  /// A score by the worst that several searches found on every sample: "ers+", "ers+:ca+", …
  public static func strongest(_ name: String) -> String {
    let colon = name.firstIndex(of: ":") ?? name.endIndex
    return name[..<colon] + "+" + name[colon...]
  }

  /// A score with the worst value that cannot be excluded: "ers-certified", "ers-certified:ca+", …
  public static func certified(_ name: String) -> String {
    let colon = name.firstIndex(of: ":") ?? name.endIndex
    return name[..<colon] + "-certified" + name[colon...]
  }

  /// Whether it sums a subject up: 2AFC, R@1 and mAP, ERS and ARS, by whatever protocol, without their components.
  public static func isHeadline(_ name: String) -> Bool {
    let exact = [
      twoAlternativeNatural, twoAlternativeEmpirical, twoAlternativeCertified, recall(at: 1), meanAveragePrecision, ers,
      ars, strongest(ers), recallCertified, certified(ers),
    ]
    return exact.contains(name) || [ers, ars].contains { name.hasPrefix($0 + "@") } || name.hasPrefix(recallEmpirical)
  }

  /// The ten attacks of ERS, in the order of the papers.
  public static let ersAttacks = ["ca+", "ca-", "qa+", "qa-", "tma", "es-d", "es-r", "ltm", "gtm", "gtt"]

  /// The eight attacks of ARS, in the order of the papers.
  public static let arsAttacks = ["ca+", "ca-", "qa+", "qa-", "es-r", "ltm", "gtm", "gtt"]
}
