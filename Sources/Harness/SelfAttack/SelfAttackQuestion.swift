internal import GauntletKit
internal import Gradients
internal import Ledger
internal import Tensors

/// One metric asked about the triplets of a self-attack, attacked by the harness's rules.
struct SelfAttackQuestion {
  let metric: any Metric
  let ids: [Int]
  let triplets: Triplets
  let seed: UInt64
  /// Places of the triplets that it answers right.
  let right: [Int]

  init(_ metric: any Metric, ids: [Int], triplets: Triplets, seed: UInt64) throws {
    self.metric = metric
    self.ids = ids
    self.triplets = triplets
    self.seed = seed
    let objective = TwoAlternativeObjective(
      task: try TwoAlternativeTask(metric: metric, ids: ids, triplets: triplets))
    let broken = try objective.isBroken(at: triplets.references, samples: Array(ids.indices))
    right = ids.indices.filter { !broken[$0] }
  }

  /// Of all triplets, in percent.
  func share(_ count: Int) -> Double { 100 * Double(count) / Double(max(ids.count, 1)) }

  func task(_ places: [Int], asking metric: any Metric) throws -> TwoAlternativeTask {
    try TwoAlternativeTask(
      metric: metric, ids: places.map { ids[$0] },
      triplets: Triplets(
        references: triplets.references.rows(places), first: triplets.first.rows(places),
        second: triplets.second.rows(places), votes: places.map { triplets.votes[$0] }))
  }

  /// What an attack left of some triplets.
  struct Attacked {
    /// Places that still have the right answer.
    let held: [Int]
    /// Places whose search met gradients that were zero, or not finite, and could not harm them.
    let withoutGradient: [Int]
    let withBadGradient: [Int]
  }

  /// - Parameters:
  ///   - radius: ℓ∞, as it is written.
  ///   - standIn: the metric that is searched on, if it is another one.
  func attacked(
    _ places: [Int], by search: any Search, named name: String, at radius: String, on standIn: (any Metric)? = nil
  ) throws -> Attacked {
    guard !places.isEmpty else { return Attacked(held: [], withoutGradient: [], withBadGradient: []) }
    let threat = ThreatModel(norm: .linf, epsilon: number(from: radius) ?? 0, epsilonText: radius)
    var attack: any Attack = ProbeAttack(name: name, threat: threat, search: search)
    if let standIn {
      attack = TransferAttack(attack: attack, surrogate: .twoAlternative(try task(places, asking: standIn)))
    }
    let rows = try AttackRun(attack: attack, seed: seed).run(.twoAlternative(task(places, asking: metric))).rows
    func marked(_ flag: TrustFlag) -> [Int] {
      zip(places, rows).filter { $1.flags.contains(flag.rawValue) }.map(\.0)
    }
    return Attacked(
      held: zip(places, rows).filter { ($1.measures.first?.after ?? 0) > 50 }.map(\.0),
      withoutGradient: marked(.zeroGradient), withBadGradient: marked(.badGradient))
  }

  /// How many right answers become wrong under some draw of noise that is uniform in ±radius.
  func flipped(by radius: Float, draws: Int) throws -> Int {
    let objective = TwoAlternativeObjective(task: try task(right, asking: metric))
    let images = triplets.references.rows(right)
    var flips = Set<Int>()
    for draw in 0..<draws {
      let noisy = (images + NoiseMean.noise(draw, radius: radius, shape: images.shape, seed: seed)).clamped(to: 0...1)
      let broken = try objective.isBroken(at: noisy, samples: Array(right.indices))
      flips.formUnion(right.indices.filter { broken[$0] })
    }
    return flips.count
  }
}

/// A single search of the 2AFC margin.
private struct ProbeAttack: Attack {
  let name: String
  let threat: ThreatModel
  let search: any Search

  var card: Card {
    Card(
      id: "self-attack-\(name)", version: "1", title: name, definition: "the 2AFC margin, searched by \(name)",
      reference: "this harness")
  }
  var mode: AttackMode { .corrected }
  var tasks: Set<TaskKind> { [.twoAlternative] }
  var expectedCost: Cost { Cost() }
  func measures(for task: TaskKind) -> [Measure] { TwoAlternativeObjective.measures }

  func stages(for task: Task) throws -> [Stage] {
    guard case .twoAlternative(let task) = task else { return [] }
    return [Stage(name, objective: TwoAlternativeObjective(task: task), search: search)]
  }
}
