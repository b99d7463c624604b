internal import GauntletKit
internal import Gradients
internal import Ledger
internal import Tensors

/// A few questions about a subject that no score answers: is it the same twice, does an attack with all the room break it?
///
/// Asked once a subject and dataset of two-alternative questions, on the first samples.
struct TrustProbe {
  static let samples = 8
  /// Erases a picture to the eye, and more.
  static let largeRadius = 128.0 / 255

  /// Values by the flag that they decide.
  /// - `large-radius-holds`: the share of right answers that hold at an ℓ∞ radius of 128/255 against 40 steps of APGD.
  /// - `not-deterministic`: the share of samples whose margin has other bits in another batch, or the second time.
  /// - `softmax-scores`: the share of samples whose scores are in [0, 1] and sum to 1.
  static func values(_ task: TwoAlternativeTask, seed: UInt64) throws -> [(flag: TrustFlag, value: Double)] {
    let objective = TwoAlternativeObjective(task: task)
    let images = task.triplets.references
    let everyone = Array(0..<images.rows)
    let scores = try objective.scores(at: Variable(constant: images), samples: everyone).value
    let again = try everyone.reversed().map { i in
      try objective.scores(at: Variable(constant: images.rows([i])), samples: [i]).value.scalars
    }
    let changed = everyone.count { i in
      zip(scores.row(i).scalars, again[everyone.count - 1 - i]).contains { $0.bitPattern != $1.bitPattern }
    }
    let probabilities = everyone.count { i in
      let row = scores.row(i).scalars
      return row.allSatisfy { $0 >= -1e-5 && $0 <= 1 + 1e-5 } && abs(row.reduce(0, +) - 1) <= 1e-5
    }
    let broken = try objective.isBroken(at: images, samples: everyone)
    let right = everyone.filter { !broken[$0] }
    var holding = 0
    if !right.isEmpty {
      let threat = ThreatModel(norm: .linf, epsilon: largeRadius, epsilonText: "128/255")
      let found = try AutoPGD(steps: 40).run(
        objective, from: images.rows(right), samples: right, within: threat,
        seeds: SampleSeeds(seed: seed, attack: "trust", ids: task.ids))
      let after = try objective.isBroken(at: threat.projected(found, around: images.rows(right)), samples: right)
      holding = after.count { !$0 }
    }
    let count = Double(max(everyone.count, 1))
    return [
      (.largeRadius, right.isEmpty ? 0 : Double(holding) / Double(right.count)),
      (.notDeterministic, Double(changed) / count), (.softmaxScores, Double(probabilities) / count),
    ]
  }
}

extension Runner {
  /// Asks what is not known yet of a natural cell of two-alternative questions.
  func probe(_ cell: Plan.Cell) throws {
    let ids = cell.probed
    guard !ids.isEmpty, failures[cell.id] == nil,
      try ledger.value(named: TrustFlag.softmaxScores.rawValue, of: cell.id) == nil,
      let dataset = cell.dataset.dataset as? any TripletDataset
    else { return }
    let task = try TwoAlternativeTask(
      metric: try loader.metric(cell.subject), ids: ids, triplets: try dataset.triplets(ids))
    for (flag, value) in try TrustProbe.values(task, seed: plan.suite.seed) {
      try ledger.setValue(value, named: flag.rawValue, of: cell.id)
    }
  }
}
