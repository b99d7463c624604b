internal import GauntletKit
internal import Tensors

/// An attack without access to the subject: searched on a surrogate, measured on the subject.
///
/// Both know the same images, and the attack aims at the same targets as with access. What a search asks of the surrogate
/// is no pass of the subject and is not counted. (Papernot et al., "Practical black-box attacks against machine learning",
/// 2017.)
struct TransferAttack: Attack {
  let attack: any Attack
  /// The question of the batch, asked of the surrogate.
  let surrogate: Task

  var card: Card { attack.card }
  var threat: ThreatModel { attack.threat }
  var mode: AttackMode { attack.mode }
  var tasks: Set<TaskKind> { attack.tasks }
  var expectedCost: Cost { attack.expectedCost }
  func measures(for task: TaskKind) -> [Measure] { attack.measures(for: task) }

  func stages(for task: Task) throws -> [Stage] {
    // Streams are named by stages: the same names keep an attack from a twin equal to the attack with access.
    try attack.stages(for: task).enumerated().map { place, stage in
      Stage(
        stage.name, objective: stage.objective,
        search: TransferSearch(attack: attack, surrogate: surrogate, stage: place))
    }
  }
}

/// A stage's search of the surrogate's objective rather than of the one that it is asked to lower.
private struct TransferSearch: Search {
  let attack: any Attack
  let surrogate: Task
  let stage: Int

  func run(
    _: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    let stage = try attack.stages(for: surrogate)[stage]
    return try stage.search.run(stage.objective, from: images, samples: samples, within: threat, seeds: seeds)
  }
}
