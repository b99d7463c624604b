public import GauntletKit
public import Tensors

/// What every search owes to the harness.
public enum SearchLaws {
  /// Checks a search on an objective, from the images of its whole batch; at least 2.
  public static func violations(
    of search: any Search, on objective: any Objective, from images: Tensor, within threat: ThreatModel,
    seed: UInt64 = 1
  ) throws -> [LawViolation] {
    precondition(images.rows >= 2, "at least 2 images expected, got \(images.shape)")
    let everyone = Array(0..<images.rows)
    let seeds = SampleSeeds(seed: seed, attack: "laws", ids: everyone)
    func run(_ samples: [Int], _ threat: ThreatModel) throws -> Tensor {
      try search.run(objective, from: images.rows(samples), samples: samples, within: threat, seeds: seeds)
    }
    let proposals = try run(everyone, threat)
    guard proposals.shape == images.shape else {
      return [LawViolation("search: one proposal an image", "shape \(proposals.shape) for \(images.shape)")]
    }
    var violations: [LawViolation] = []
    let projected = threat.projected(proposals, around: images)
    for (row, isInside) in threat.contains(projected, around: images, tolerance: 1e-9).enumerated() where !isInside {
      violations.append(
        LawViolation(
          "search: a proposal projects into the threat model",
          "image \(row) is \(threat.norms(ofEach: projected, around: images)[row]) away, \(threat) allowed"))
    }
    if try run(everyone, threat) != proposals {
      violations.append(LawViolation("search: equal seeds give equal proposals", "they differ"))
    }
    for sample in everyone where try run([sample], threat).row(0) != proposals.row(sample) {
      violations.append(
        LawViolation("search: a proposal depends on its own image alone", "sample \(sample) differs alone"))
    }
    let nothing = ThreatModel(norm: threat.norm, epsilon: 0)
    if nothing.projected(try run(everyone, nothing), around: images) != images {
      violations.append(LawViolation("search: ε = 0 gives the clean image", "it does not"))
    }
    return violations
  }
}
