internal import GauntletKit

/// One search on the decision of a two-alternative task.
struct DecisionAttack: Attack {
  let card: Card
  let threat: ThreatModel
  let mode: AttackMode
  let expectedCost: Cost
  private let search: any Search

  init(_ kind: DecisionAttackKind, _ settings: SettingValues) {
    card = kind.card
    threat = ThreatModel(settings)
    mode = kind == .apgd ? DecisionSettings.mode(settings) : .corrected
    (search, expectedCost) = kind.search(settings, within: threat)
  }

  var tasks: Set<TaskKind> { [.twoAlternative] }
  func measures(for task: TaskKind) -> [Measure] { TwoAlternativeObjective.measures }

  func stages(for task: Task) throws -> [Stage] {
    guard case .twoAlternative(let task) = task else {
      throw PluginError.unusable(
        plugin: card.id, reason: "it attacks two-alternative decisions, and was given a \(task.kind.rawValue) task")
    }
    return [Stage(card.id, objective: TwoAlternativeObjective(task: task), search: search)]
  }
}
