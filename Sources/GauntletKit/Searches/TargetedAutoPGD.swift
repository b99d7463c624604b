internal import Gradients
public import Tensors

/// APGD-T: APGD on the targeted DLR, once for each of the likeliest other classes at the clean image (Croce and Hein,
/// "Reliable evaluation of adversarial robustness …", ICML 2020, section 5).
///
/// A sample is broken where its label is lost, whichever class takes its place, and takes no further target then. It has
/// min(`targets`, K − 1) targets; the loss compares four classes.
public struct TargetedAutoPGD: Search {
  public let search: AutoPGD
  public let targets: Int

  public init(_ search: AutoPGD, targets: Int = 9) {
    precondition(targets >= 1, "at least 1 target expected, got \(targets)")
    self.search = search
    self.targets = targets
  }

  /// Passes that one sample takes at the most.
  public func expectedCost(classCount: Int) -> Cost {
    (0..<min(targets, classCount - 1)).reduce(Cost(forwards: 1)) { sum, _ in
      sum + search.expectedCost + Cost(forwards: 1)
    }
  }

  /// - Throws: `PluginError.unusable` where the objective does not decide, or decides among fewer than four classes.
  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    let decision = try objective.deciding(for: "apgd-t")
    try DecisionLoss.targetedDLR.check(classCount: decision.classCount, for: "apgd-t")
    let rivals = decision.rivals(
      try decision.scores(at: Variable(constant: images), samples: samples).value, samples: samples)
    var result = images
    var rows = Array(samples.indices)
    for number in 0..<min(targets, decision.classCount - 1) where !rows.isEmpty {
      let places = rows.map { samples[$0] }
      let aims = Dictionary(rows.map { (samples[$0], rivals[$0][number]) }) { first, _ in first }
      let clean = images.rows(rows)
      let found = threat.projected(
        try search.run(
          LossOf(decision, .targetedDLR, targets: aims, for: "apgd-t"), from: clean, samples: places, within: threat,
          seeds: seeds.part("target-\(number)")), around: clean)
      let broken = try decision.isBroken(at: found, samples: places)
      // Of those that hold, the last target's image is as good a proposal as any.
      result.setRows(rows, to: found)
      rows = rows.indices.filter { !broken[$0] }.map { rows[$0] }
    }
    return result
  }
}
