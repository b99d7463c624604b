internal import GauntletKit

/// A ranking objective, searched by projected gradient descent without momentum, restarts or early stop.
struct RankingAttack: Attack {
  private let kind: RankingAttackKind
  private let search: ProjectedGradientDescent
  private let count: Int
  let threat: ThreatModel
  let mode: AttackMode

  init(_ kind: RankingAttackKind, _ settings: SettingValues) {
    self.kind = kind
    threat = ThreatModel(settings)
    search = ProjectedGradientDescent(
      steps: settings.integer("steps"), stepSize: settings.number("alpha"),
      randomStart: settings.flag("random-start"))
    count = kind.countSetting.map { settings.integer($0.name) } ?? 1
    mode = kind.hasFaithfulMode ? AttackMode(rawValue: settings.text("mode")) ?? .corrected : .corrected
  }

  var card: Card { kind.card }
  var tasks: Set<TaskKind> { [.retrieval] }

  func measures(for task: TaskKind) -> [Measure] {
    switch kind {
    case .caPlus: CandidateRankObjective.measures(.up)
    case .caMinus: CandidateRankObjective.measures(.down)
    case .qaPlus: QueryRankObjective.measures(.up)
    case .qaMinus: QueryRankObjective.measures(.down)
    case .tma: TargetMismatchObjective.measures
    case .es: EmbeddingShiftObjective.measures
    case .ltm: MisrankObjective.measures
    case .gtm: GreedyMisrankObjective.measures
    case .gtt: GreedyTranslocationObjective.measures
    }
  }

  var expectedCost: Cost { search.expectedCost }

  func stages(for task: Task) throws -> [Stage] {
    guard case .retrieval(let task) = task else {
      throw PluginError.unusable(
        plugin: card.id, reason: "it attacks retrieval, and was given a \(task.kind.rawValue) task")
    }
    return [Stage("pgd", objective: try objective(task), search: search)]
  }

  private func objective(_ task: RetrievalTask) throws -> any Objective {
    let id = card.id
    return switch kind {
    case .caPlus: try CandidateRankObjective(task: task, count: count, direction: .up, attack: id)
    case .caMinus: try CandidateRankObjective(task: task, count: count, direction: .down, attack: id)
    case .qaPlus: try QueryRankObjective(task: task, count: count, direction: .up, attack: id)
    case .qaMinus: try QueryRankObjective(task: task, count: count, direction: .down, attack: id)
    case .tma: try TargetMismatchObjective(task: task, attack: id)
    case .es: EmbeddingShiftObjective(task: task)
    case .ltm: MisrankObjective(task: task, mode: mode)
    case .gtm: try GreedyMisrankObjective(task: task, mode: mode, attack: id)
    case .gtt: try GreedyTranslocationObjective(task: task, attack: id)
    }
  }
}
