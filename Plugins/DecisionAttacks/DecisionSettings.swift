internal import GauntletKit

/// Settings that attacks on decisions share.
enum DecisionSettings {
  static let ball = [
    Setting(
      "norm", .choice(ThreatModel.Norm.allCases.map(\.rawValue)), default: "linf", help: "the norm of the threat model"),
    Setting("eps", .number(0...1e6), default: "8/255", help: "the radius, in [0, 1] pixel units"),
    Setting(
      "moved", .choice(MovedImages.allCases.map(\.rawValue)), default: MovedImages.reference.rawValue,
      help:
        "which images the adversary changes, each within eps: the reference, the nearer or the farther candidate (by "
        + "the votes), both candidates, or all; where several move under l2 or l1, fab, cw, deepfool and square look for "
        + "them in one ball together, which is less room"),
  ]

  static func steps(_ count: Int) -> Setting {
    Setting("steps", .integer(0...100_000), default: "\(count)", help: "gradient steps of one run")
  }

  static let restarts = Setting(
    "restarts", .integer(1...1_000), default: "1", help: "runs of a sample that holds; from the second on at random")

  static let earlyStop = Setting(
    "early-stop", .flag, default: "true",
    help: "whether a sample takes no more passes after its first broken image inside the threat model")

  static let mode = Setting(
    "mode", .choice(AttackMode.allCases.map(\.rawValue)), default: "corrected",
    help:
      "faithful keeps what the published apgd does: where it starts, its l2 projection, the first window, and that the "
      + "last broken image is proposed, or the clean one")

  /// Losses of two alternatives that the name of a plugin's setting can ask for.
  static let losses: [DecisionLoss] = [.margin, .relativeMargin, .crossEntropy, .shift]

  static func mode(_ settings: SettingValues) -> AttackMode {
    AttackMode(rawValue: settings.text("mode")) ?? .corrected
  }
}
