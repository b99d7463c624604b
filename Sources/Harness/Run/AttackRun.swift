internal import GauntletKit
internal import Ledger
internal import Tensors

/// Attacks one batch by the harness's rules: an attack only proposes.
///
/// Proposals are projected onto the threat model, evaluated again by a clean forward pass, and compared with the clean
/// image, which is always inside the threat model: per sample and measure the worst of them counts.
struct AttackRun {
  let attack: any Attack
  let seed: UInt64

  /// What a batch came to: rows, and the kept images (of the first measure), in the order of the task's samples.
  struct Result {
    let rows: [LedgerRow]
    let images: Tensor
  }

  func run(_ task: Task) throws -> Result {
    let clean = task.images
    let count = clean.rows
    let everyone = Array(0..<count)
    var candidates: [Candidate] = []
    let measures = attack.measures(for: task.kind)
    var targets = [[Int]](repeating: [], count: count)
    var before: [Outcome] = []
    var cost = [Cost](repeating: Cost(), count: count)
    var (zeroGradients, badGradients) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
    for stage in try attack.stages(for: task) {
      guard stage.objective.measures == measures else {
        throw PluginError.unusable(
          plugin: attack.card.id, reason: "stage \(stage.name) measures something else than the attack says")
      }
      if before.isEmpty {
        targets = everyone.map { stage.objective.targets(of: $0) }
        before = try stage.objective.outcomes(at: clean, samples: everyone)
      }
      let counting = CountingObjective.counting(stage.objective, count: count)
      let seeds = SampleSeeds(seed: seed, attack: "\(attack.card.id)/\(stage.name)", ids: task.ids)
      let proposal: Tensor
      var names = [String](repeating: stage.name, count: count)
      if let search = stage.search as? any PartedSearch {
        let found = try search.runParts(counting, from: clean, samples: everyone, within: attack.threat, seeds: seeds)
        proposal = found.images
        for (sample, part) in found.parts.enumerated() { if let part { names[sample] = "\(stage.name)/\(part)" } }
      } else {
        proposal = try stage.search.run(
          counting, from: clean, samples: everyone, within: attack.threat, seeds: seeds)
      }
      guard proposal.shape == clean.shape else {
        throw PluginError.unusable(
          plugin: attack.card.id, reason: "stage \(stage.name) proposes \(proposal.shape), expected \(clean.shape)")
      }
      let images = attack.threat.projected(proposal, around: clean)
      candidates.append(
        Candidate(
          stages: names, images: images, outcomes: try stage.objective.outcomes(at: images, samples: everyone),
          wasOutside: everyone.map { i in AttackRun.moved(proposal.row(i), images.row(i)) }))
      for i in everyone {
        cost[i] = cost[i] + Cost(forwards: counting.forwards[i], backwards: counting.backwards[i])
        zeroGradients[i] += counting.zeroGradients[i]
        badGradients[i] += counting.badGradients[i]
      }
    }
    var kept = clean
    let choices = everyone.map { choose($0, measures: measures, before: before[$0], among: candidates) }
    for (i, choice) in choices.enumerated() {
      if let place = choice.candidates[0] { kept.setRows([i], to: candidates[place].images.rows(i..<i + 1)) }
    }
    let norms = attack.threat.norms(ofEach: kept, around: clean)
    let rows = choices.enumerated().map { i, choice in
      LedgerRow(
        sample: task.ids[i], targets: targets[i],
        measures: measures.enumerated().map { place, measure in
          LedgerMeasure(measure.name, before: before[i].values[place], after: choice.values[place])
        },
        norms: LedgerNorms(linf: norms[i].linf, l2: norms[i].l2, l1: norms[i].l1), forwards: cost[i].forwards,
        backwards: cost[i].backwards, stage: choice.candidates[0].map { candidates[$0].stages[i] } ?? "clean",
        flags: choice.flags
          + gradientFlags(
            zero: zeroGradients[i], bad: badGradients[i], of: cost[i].backwards,
            isHarmed: measures.indices.contains { choice.values[$0] != before[i].values[$0] }))
    }
    return Result(rows: rows, images: kept)
  }

  /// A search without a direction, on a sample that it could not harm; and one that was led astray.
  private func gradientFlags(zero: Int, bad: Int, of backwards: Int, isHarmed: Bool) -> [String] {
    (!isHarmed && zero > 0 && 2 * zero >= backwards ? [TrustFlag.zeroGradient.rawValue] : [])
      + (bad > 0 ? [TrustFlag.badGradient.rawValue] : [])
  }

  private struct Candidate {
    /// Of each sample, with the part of a parted search.
    let stages: [String]
    let images: Tensor
    let outcomes: [Outcome]
    let wasOutside: [Bool]
  }

  /// The worst of the clean image and the candidates, for each measure (nil: the clean image). In faithful mode the last
  /// candidate counts, as published.
  private func choose(
    _ i: Int, measures: [Measure], before: Outcome, among candidates: [Candidate]
  ) -> (values: [Double], candidates: [Int?], flags: [String]) {
    var values: [Double] = []
    var chosen: [Int?] = []
    var flags: [String] = []
    for (place, measure) in measures.enumerated() {
      var best: Int?
      var value = before.values[place]
      for (number, candidate) in candidates.enumerated() {
        let other = candidate.outcomes[i].values[place]
        if attack.mode == .faithful || measure.isWorse(other, than: value) || (other == value && best == nil) {
          best = number
          value = other
        }
      }
      values.append(value)
      chosen.append(best)
      if best == nil { flags.append("clean-is-worst:\(measure.name)") }
      if value.isNaN { flags.append("nan:\(measure.name)") }
    }
    if candidates.contains(where: { $0.wasOutside[i] }) { flags.append("outside-threat") }
    return (values, chosen, flags)
  }

  /// Whether projecting moved a proposal by more than rounding.
  private static func moved(_ proposal: Tensor, _ projected: Tensor) -> Bool {
    proposal.withScalars { x in projected.withScalars { y in zip(x, y).contains { !(abs($0 - $1) <= 1e-5) } } }
  }
}
