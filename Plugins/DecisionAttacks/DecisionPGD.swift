internal import GauntletKit

/// Projected gradient descent on the margin of a two-alternative decision; the image of the lowest margin is kept.
struct DecisionPGD: Attack {
  static let card = Card(
    id: "pgd", version: "1", title: "Projected gradient descent on the 2AFC margin",
    definition:
      "minimises d(x̃, farther) − d(x̃, closer) over the reference x̃ (or the images that moved names); 2AFC credit in 0…1, "
      + "higher is better",
    equation:
      "x ← Π(x − α·direction(g)), g = ∂m/∂x; direction: sign(g) in ℓ∞, g/‖g‖₂ in ℓ2, the sign on the 1% largest in ℓ1",
    reference:
      "Madry et al., Towards deep learning models resistant to adversarial attacks, ICLR 2018 (arXiv 1706.06083)",
    deviations: [
      "The point of the lowest margin on the way is proposed, the start included; published codes take the last one.",
      "A single step has the size ε: that is FGSM.",
      "LipSim's published code hands PGD its own clean scores as soft labels; here the loss is the margin.",
    ]
  )

  static let settings =
    DecisionSettings.ball + [
      Setting(
        "alpha", .number(0...1e6), default: "", help: "the step size, in the units of eps; 2.5·eps/steps if left empty"),
      Setting("steps", .integer(0...100_000), default: "32", help: "gradient steps; a single step has the size eps"),
      Setting("restarts", .integer(1...1_000), default: "1", help: "starts; from the second on at random"),
      Setting("random-start", .flag, default: "false", help: "start at a random point of the ball the first time too"),
      Setting("draws", .integer(1...1000), default: "1", help: "draws a gradient, where the subject is random"),
      Setting(
        "early-stop", .flag, default: "false",
        help:
          "whether a sample takes no more passes after its first broken image; the lowest margin is not looked for then"
      ),
    ]

  private let search: ProjectedGradientDescent
  let threat: ThreatModel

  init(_ settings: SettingValues) {
    threat = ThreatModel(settings)
    let steps = settings.integer("steps")
    search = ProjectedGradientDescent(
      steps: steps, stepSize: settings.optionalNumber("alpha") ?? 2.5 * threat.epsilon / Double(max(steps, 1)),
      randomStart: settings.flag("random-start"), restarts: settings.integer("restarts"), keep: .best,
      stopsWhenBroken: settings.flag("early-stop"), draws: settings.integer("draws"))
  }

  var card: Card { Self.card }
  var mode: AttackMode { .corrected }
  var tasks: Set<TaskKind> { [.twoAlternative] }

  func measures(for task: TaskKind) -> [Measure] { TwoAlternativeObjective.measures }
  var expectedCost: Cost { search.expectedCost }

  func stages(for task: Task) throws -> [Stage] {
    guard case .twoAlternative(let task) = task else {
      throw PluginError.unusable(
        plugin: card.id, reason: "it attacks two-alternative decisions, and was given a \(task.kind.rawValue) task")
    }
    return [Stage("pgd", objective: TwoAlternativeObjective(task: task), search: search)]
  }
}
