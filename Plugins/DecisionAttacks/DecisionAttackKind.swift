internal import GauntletKit

/// The attacks of one search each.
enum DecisionAttackKind: String, CaseIterable {
  case apgd, fab, square, deepfool, cw
  case momentum = "mi-fgsm"

  var card: Card {
    switch self {
    case .apgd:
      Card(
        id: rawValue, version: "1", title: "APGD on a 2AFC decision",
        definition: "projected descent over the reference x̃ with steps that halve by themselves, on the margin "
          + "d(x̃, farther) − d(x̃, closer) or another loss; 2AFC credit in 0…1, higher is better",
        reference: "Croce and Hein, Reliable evaluation of adversarial robustness with an ensemble of diverse "
          + "parameter-free attacks, ICML 2020 (arXiv 2003.01690); l1: ICML 2021 (arXiv 2103.01208)")
    case .fab:
      Card(
        id: rawValue, version: "1", title: "FAB on a 2AFC decision",
        definition:
          "the nearest reference at which the decision flips, along the linearised boundary; counts where it is "
          + "within eps; 2AFC credit in 0…1, higher is better",
        reference:
          "Croce and Hein, Minimally distorted adversarial examples with a fast adaptive boundary attack, ICML "
          + "2020 (arXiv 1907.02044)")
    case .square:
      Card(
        id: rawValue, version: "1", title: "Square on a 2AFC decision",
        definition:
          "random search with shrinking windows on the margin, without gradients; 2AFC credit in 0…1, higher is "
          + "better",
        reference: "Andriushchenko et al., Square attack: a query-efficient black-box adversarial attack via random "
          + "search, ECCV 2020 (arXiv 1912.00049)")
    case .momentum:
      Card(
        id: rawValue, version: "1", title: "MI-FGSM on a 2AFC decision",
        definition: "steps along a decaying sum of gradients of the margin; 2AFC credit in 0…1, higher is better",
        reference: "Dong et al., Boosting adversarial attacks with momentum, CVPR 2018 (arXiv 1710.06081)")
    case .cw:
      Card(
        id: rawValue, version: "1", title: "C&W l2 on a 2AFC decision",
        definition:
          "the reference nearest in l2 at which the decision flips, by Adam and a search over the weight of the "
          + "margin; counts where it is within eps; 2AFC credit in 0…1, higher is better",
        reference:
          "Carlini and Wagner, Towards evaluating the robustness of neural networks, S&P 2017 (arXiv 1608.04644)")
    case .deepfool:
      Card(
        id: rawValue, version: "1", title: "DeepFool on a 2AFC decision",
        definition:
          "steps to the linearised boundary until the decision flips; counts where it is within eps; 2AFC credit "
          + "in 0…1, higher is better",
        reference: "Moosavi-Dezfooli et al., DeepFool: a simple and accurate method to fool deep neural networks, CVPR "
          + "2016 (arXiv 1511.04599)")
    }
  }

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
