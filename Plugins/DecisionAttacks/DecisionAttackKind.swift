internal import GauntletKit

/// The attacks of one search each.
enum DecisionAttackKind: String, CaseIterable {
  case apgd, fab, square, deepfool, cw
  case momentum = "mi-fgsm"

  var settings: [Setting] {
    let common = DecisionSettings.ball
    switch self {
    case .apgd:
      return common + [
        DecisionSettings.steps(100), DecisionSettings.restarts,
        Setting(
          "loss", .choice(DecisionSettings.losses.map(\.rawValue)), default: "margin",
          help:
            "margin: d(x̃, farther) − d(x̃, closer); relative-margin: that over the sum of both; ce: cross-entropy, the "
            + "same as the margin but for rounding; shift: −d(x̃, x)"),
        Setting(
          "shrink-ball", .flag, default: "false",
          help: "whether a run goes through balls of 3 eps and 2 eps first, as published for l1"),
        Setting("draws", .integer(1...1000), default: "1", help: "draws a gradient, where the subject is random"),
        DecisionSettings.earlyStop, DecisionSettings.mode,
      ]
    case .fab: return common + [DecisionSettings.steps(100), DecisionSettings.restarts, DecisionSettings.earlyStop]
    case .square:
      return common + [
        Setting("queries", .integer(1...1_000_000), default: "5000", help: "forward passes of a sample that holds"),
        DecisionSettings.earlyStop,
      ]
    case .momentum:
      return common + [
        DecisionSettings.steps(100),
        Setting(
          "alpha", .number(0...1e6), default: "",
          help: "the step size, in the units of eps; 2.5·eps/steps if left empty; LipSim's menu has 0.01"),
        Setting("decay", .number(0...1), default: "1", help: "what is left of the sum of gradients at the next step"),
        DecisionSettings.earlyStop,
      ]
    case .cw:
      return common + [
        DecisionSettings.steps(100),
        Setting("searches", .integer(1...100), default: "9", help: "searches over the weight of the margin"),
        Setting("rate", .number(1e-9...1e3), default: "0.01", help: "Adam's rate"), DecisionSettings.earlyStop,
      ]
    case .deepfool:
      return common + [
        DecisionSettings.steps(50),
        Setting(
          "overshoot", .number(0...10), default: "0.02", help: "how far past the boundary a step goes, as a share"),
      ]
    }
  }

  /// The search, and the passes that one sample takes at the most.
  func search(_ settings: SettingValues, within threat: ThreatModel) -> (any Search, Cost) {
    let stops = self != .deepfool && settings.flag("early-stop")
    switch self {
    case .apgd:
      let loss = DecisionLoss(rawValue: settings.text("loss")) ?? .margin
      let found = AutoPGD(
        steps: settings.integer("steps"), restarts: settings.integer("restarts"), mode: DecisionSettings.mode(settings),
        stopsWhenBroken: stops, shrinksBall: settings.flag("shrink-ball"), draws: settings.integer("draws"))
      return (SearchOfLoss(found, loss), found.expectedCost)
    case .fab:
      let found = FastAdaptiveBoundary(
        steps: settings.integer("steps"), restarts: settings.integer("restarts"), stopsWhenBroken: stops)
      return (found, found.expectedCost(classCount: 2))
    case .square:
      let found = SquareSearch(queries: settings.integer("queries"), score: .loss, stopsWhenBroken: stops)
      return (found, found.expectedCost)
    case .momentum:
      let steps = settings.integer("steps")
      let found = MomentumIterative(
        steps: steps, stepSize: settings.optionalNumber("alpha") ?? 2.5 * threat.epsilon / Double(max(steps, 1)),
        decay: settings.number("decay"), stopsWhenBroken: stops)
      return (found, found.expectedCost)
    case .cw:
      let found = CarliniWagner(
        steps: max(settings.integer("steps"), 1), searches: settings.integer("searches"), rate: settings.number("rate"),
        stopsWhenBroken: stops)
      return (found, found.expectedCost)
    case .deepfool:
      let found = DeepFool(steps: settings.integer("steps"), overshoot: settings.number("overshoot"))
      return (found, found.expectedCost(classCount: 2))
    }
  }
}
