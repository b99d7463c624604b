internal import GauntletKit

/// Which of the ranking attacks; the raw value is the plugin's id.
enum RankingAttackKind: String, CaseIterable, Sendable {
  case caPlus = "ca-plus"
  case caMinus = "ca-minus"
  case qaPlus = "qa-plus"
  case qaMinus = "qa-minus"
  case tma
  case es
  case ltm
  case gtm
  case gtt
  case spQAPlus = "sp-qa-plus"
  case spQAMinus = "sp-qa-minus"
  case order

  /// The attacks that the score is made of.
  static let ofTheScore: [RankingAttackKind] = [.caPlus, .caMinus, .qaPlus, .qaMinus, .tma, .es, .ltm, .gtm, .gtt]

  /// How many queries or candidates an image is attacked for, where there may be several.
  var countSetting: Setting? {
    switch self {
    case .caPlus, .caMinus: Setting("w", .integer(1...100), default: "1", help: "queries per attacked candidate")
    case .qaPlus, .qaMinus, .spQAPlus, .spQAMinus:
      Setting("m", .integer(1...100), default: "1", help: "candidates per attacked query")
    case .order: Setting("k", .integer(2...100), default: "5", help: "candidates that are to be reordered")
    default: nil
    }
  }

  /// Whether the published code differs from the written definition in a way that this plugin can repeat.
  var hasFaithfulMode: Bool { self != .order }

  /// Whether targets may be drawn from ranks of 1% to 5%.
  var hasLocalTargets: Bool { self == .caPlus || self == .qaPlus || self == .spQAPlus }

  var settings: [Setting] {
    var settings = [
      Setting(
        "norm", .choice(ThreatModel.Norm.allCases.map(\.rawValue)), default: "linf",
        help: "the norm of the threat model"),
      Setting("eps", .number(0...1e6), default: "8/255", help: "the radius, in [0, 1] pixel units"),
      Setting("alpha", .number(0...1e6), default: "3/255", help: "the step size, in the units of eps"),
      Setting("steps", .integer(0...100_000), default: "32", help: "gradient steps; a single step has the size eps"),
      Setting("random-start", .flag, default: "false", help: "start at a random point of the ball"),
    ]
    settings += RankingSearch.settings + ownSettings
    if let countSetting { settings.append(countSetting) }
    if hasFaithfulMode {
      settings.append(
        Setting(
          "mode", .choice(AttackMode.allCases.map(\.rawValue)), default: "corrected",
          help: "the written definition, or the published code with its slips"))
    }
    return settings
  }

  private var ownSettings: [Setting] {
    var settings: [Setting] = []
    if hasLocalTargets {
      settings.append(
        Setting("local", .flag, default: "false", help: "draw targets from the ranks of 1% to 5%, not from everywhere"))
    }
    switch self {
    case .spQAPlus, .spQAMinus:
      settings.append(
        Setting(
          "xi", .number(0...1e9), default: self == .spQAPlus ? "1" : "100",
          help: "weight of the semantics-preserving term, where it is fixed"))
      settings.append(
        Setting(
          "kappa", .number(0...1e9), default: "0",
          help: "where above 0 the weight is min(exp(kappa * term), 1e9) instead; published: 2e4 to 7e4"))
    case .order:
      settings.append(
        Setting("xi", .number(0...1e9), default: "10", help: "weight of the semantics-preserving term"))
      settings.append(
        Setting(
          "visible", .integer(0...1_000_000), default: "0",
          help: "length of the only visible answer list; 0 where all ranks are known"))
    default: break
    }
    return settings
  }
}
