internal import GauntletKit

/// The largest distance that a metric can be made to see between an image and its perturbed copy.
struct SelfDistance: Attack {
  static let card = Card(
    id: "self-distance", version: "1", title: "d(x, x + δ)",
    definition:
      "the largest d(x, x̃) over the perturbed reference x̃: what the metric takes a small change for, in its own units; 0 is "
      + "best. Candidates play no part",
    equation: "max over δ of d(x, x + δ), ‖δ‖ ≤ ε, x + δ ∈ [0, 1]",
    reference:
      "Ghazanfari et al., LipSim: a provably robust perceptual similarity metric, ICLR 2024, figure 3b (l2 PGD on the "
      + "embeddings' mean squared error, 1000 steps of 0.01)",
    deviations: [
      "The distance itself is raised, not the mean squared error of embeddings, so that any metric can be asked.",
      "The largest distance on the way counts; the published code takes the last one.",
    ])

  static let settings = [
    DecisionSettings.ball[0],
    Setting("eps", .number(0...1e6), default: "1", help: "the radius, in [0, 1] pixel units"),
    Setting(
      "search", .choice(["apgd", "pgd"]), default: "apgd", help: "apgd, or pgd with steps of one size as published"),
    DecisionSettings.steps(100),
    Setting(
      "alpha", .number(0...1e6), default: "", help: "pgd's step size, in the units of eps; 2.5·eps/steps if left empty"),
    DecisionSettings.restarts,
  ]

  let threat: ThreatModel
  let expectedCost: Cost
  private let search: any Search

  init(_ settings: SettingValues) {
    threat = ThreatModel(settings)
    let (steps, restarts) = (settings.integer("steps"), settings.integer("restarts"))
    if settings.text("search") == "pgd" {
      let pgd = ProjectedGradientDescent(
        steps: steps, stepSize: settings.optionalNumber("alpha") ?? 2.5 * threat.epsilon / Double(max(steps, 1)),
        randomStart: true, restarts: restarts, keep: .best)
      (search, expectedCost) = (pgd, pgd.expectedCost)
    } else {
      let apgd = AutoPGD(steps: steps, restarts: restarts)
      (search, expectedCost) = (apgd, apgd.expectedCost)
    }
  }

  var card: Card { Self.card }
  var mode: AttackMode { .corrected }
  var tasks: Set<TaskKind> { [.twoAlternative] }
  func measures(for task: TaskKind) -> [Measure] { SelfDistanceObjective.measures }

  func stages(for task: Task) throws -> [Stage] {
    guard case .twoAlternative(let task) = task else {
      throw PluginError.unusable(
        plugin: card.id, reason: "it perturbs references of triplets, and was given a \(task.kind.rawValue) task")
    }
    return [Stage(card.id, objective: try SelfDistanceObjective(task: task), search: search)]
  }
}
