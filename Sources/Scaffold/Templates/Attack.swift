public import GauntletKit
import Gradients
import Tensors

/// The attack `template-attack`: sign descent with steps that shrink. This is the one file to edit.
///
/// What is here is whole and works. Change, in this order: `card` (what it is; a new `version` whenever its numbers
/// change), `settings` (what a suite may tell it) and `run` of the search (how images are moved). A search only proposes:
/// the harness projects, evaluates again, counts passes and keeps the worst. Draw from `seeds.stream` alone, so that no
/// result depends on the batch.
public enum TemplateAttack {
  public static func register(in registry: inout Registry) throws {
    try registry.attacks.register(
      Plugin(TemplateAttackOnDecisions.card, settings: TemplateAttackOnDecisions.settings) {
        TemplateAttackOnDecisions($0)
      })
  }
}

/// What a suite names: an objective, and how it is searched.
struct TemplateAttackOnDecisions: Attack {
  static let card = Card(
    id: "template-attack", version: "1", title: "TemplateAttack",
    definition:
      "minimises d(x̃, farther) − d(x̃, closer) over the reference x̃ by sign descent whose step falls from 2ε to "
      + "0 in a straight line; the image of the lowest margin is kept",
    reference: "name the paper here")

  static let settings = [
    Setting("norm", .choice(["linf", "l2"]), default: "linf", help: "the norm of the threat model"),
    Setting("eps", .number(0...1e6), default: "2/255", help: "the radius, in [0, 1] pixel units"),
    Setting("steps", .integer(1...100_000), default: "20", help: "gradient steps"),
  ]

  let threat: ThreatModel
  private let search: TemplateAttackSearch

  init(_ values: SettingValues) {
    threat = ThreatModel(values)
    search = TemplateAttackSearch(steps: values.integer("steps"))
  }

  var card: Card { Self.card }
  var mode: AttackMode { .corrected }
  var tasks: Set<TaskKind> { [.twoAlternative] }
  var expectedCost: Cost { Cost(forwards: search.steps + 1, backwards: search.steps) }
  func measures(for task: TaskKind) -> [Measure] { TwoAlternativeObjective.measures }

  func stages(for task: Task) throws -> [Stage] {
    guard case .twoAlternative(let task) = task else {
      throw PluginError.unusable(
        plugin: card.id, reason: "it attacks two-alternative decisions, and was given a \(task.kind.rawValue) task")
    }
    return [Stage("descent", objective: TwoAlternativeObjective(task: task), search: search)]
  }
}

/// How images are moved; works for any objective that has a gradient.
struct TemplateAttackSearch: Search {
  let steps: Int

  func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    var current = images
    var best = images
    var lowest = [Float](repeating: .infinity, count: images.rows)
    for step in 0...steps {
      let leaf = Variable(leaf: current)
      let losses = try objective.loss(at: leaf, samples: samples)
      let better = (0..<images.rows).filter { losses.value[$0] < lowest[$0] }
      best.setRows(better, to: current.rows(better))
      for row in better { lowest[row] = losses.value[row] }
      if step == steps { break }
      let slope = try losses.gradient(of: leaf)
      let size = Float(2 * threat.epsilon * (1 - Double(step) / Double(steps)))
      // Under ℓ2 a step of this size in every pixel is cut back to the ball by the projection.
      let moved = current.zip(slope) { x, s in s > 0 ? x - size : s < 0 ? x + size : x }
      current = threat.projected(moved, around: images)
    }
    return best
  }
}
