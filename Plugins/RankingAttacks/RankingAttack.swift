internal import GauntletKit

/// A ranking objective, searched as published by projected gradient descent without momentum, restarts or early stop, or as
/// its settings say.
struct RankingAttack: Attack {
  private let kind: RankingAttackKind
  private let search: RankingSearch
  private let count: Int
  private let settings: SettingValues
  let threat: ThreatModel
  let mode: AttackMode

  init(_ kind: RankingAttackKind, _ settings: SettingValues) {
    self.kind = kind
    threat = ThreatModel(settings)
    search = RankingSearch(settings, attack: kind)
    self.settings = settings
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
    case .spQAPlus: SemanticsPreservingObjective.measures(.up)
    case .spQAMinus: SemanticsPreservingObjective.measures(.down)
    case .order: OrderObjective.measures(visible: settings.integer("visible"))
    }
  }

  var expectedCost: Cost { search.expectedCost }

  func stages(for task: Task) throws -> [Stage] {
    guard case .retrieval(let task) = task else {
      throw PluginError.unusable(
        plugin: card.id, reason: "it attacks retrieval, and was given a \(task.kind.rawValue) task")
    }
    let stage = Stage(search.name, objective: try searched(task), search: search.search)
    // Of several stages the harness keeps the worst for each measure.
    guard let recallSearch = search.recallSearch else { return [stage] }
    let recall = RankMarginObjective(task: task, base: stage.objective, margin: .recallAt1)
    return [stage, Stage("\(search.name)-recall", objective: recall, search: recallSearch)]
  }

  /// The published objective, or, where only the outcome counts, the same with the outcome's margin as its loss.
  private func searched(_ task: RetrievalTask) throws -> any Objective {
    let objective = try objective(task)
    guard search.drivesMargins else { return objective }
    return switch kind {
    case .ltm, .gtm: RankMarginObjective(task: task, base: objective, margin: .recallAt1)
    case .gtt: RankMarginObjective(task: task, base: objective, margin: .retainedAt4)
    default: objective
    }
  }

  private func objective(_ task: RetrievalTask) throws -> any Objective {
    let id = card.id
    let isLocal = kind.hasLocalTargets && settings.flag("local")
    return switch kind {
    case .caPlus:
      try CandidateRankObjective(task: task, count: count, direction: .up, mode: mode, isLocal: isLocal, attack: id)
    case .caMinus: try CandidateRankObjective(task: task, count: count, direction: .down, mode: mode, attack: id)
    case .qaPlus:
      try QueryRankObjective(task: task, count: count, direction: .up, mode: mode, isLocal: isLocal, attack: id)
    case .qaMinus: try QueryRankObjective(task: task, count: count, direction: .down, mode: mode, attack: id)
    case .tma: try TargetMismatchObjective(task: task, mode: mode, attack: id)
    // One update early only means something where there is one path of updates.
    case .es: EmbeddingShiftObjective(task: task, mode: search.isPublished ? mode : .corrected)
    case .ltm: MisrankObjective(task: task, mode: mode)
    case .gtm: try GreedyMisrankObjective(task: task, mode: mode, attack: id)
    case .gtt: try GreedyTranslocationObjective(task: task, mode: mode, attack: id)
    case .spQAPlus, .spQAMinus:
      try SemanticsPreservingObjective(
        task: task, count: count, direction: kind == .spQAPlus ? .up : .down,
        weight: settings.number("kappa") > 0 ? .dynamic(settings.number("kappa")) : .fixed(settings.number("xi")),
        mode: mode, isLocal: isLocal, attack: id)
    case .order:
      try OrderObjective(
        task: task, count: count, weight: settings.number("xi"), visible: settings.integer("visible"), attack: id)
    }
  }
}
