public import GauntletKit
internal import Gradients
public import Tensors

/// What every objective owes to a search.
public enum ObjectiveLaws {
  /// Checks an objective on the images of its whole batch; at least 2.
  public static func violations(of objective: any Objective, on images: Tensor) throws -> [LawViolation] {
    precondition(images.rows >= 2, "at least 2 images expected, got \(images.shape)")
    let everyone = Array(0..<images.rows)
    let leaf = Variable(leaf: images)
    let losses = try objective.loss(at: leaf, samples: everyone)
    guard losses.shape == [images.rows] else {
      return [LawViolation("objective: one loss an image", "shape \(losses.shape) for \(images.rows) images")]
    }
    var violations: [LawViolation] = []
    let gradient = try losses.gradient(of: leaf)
    let outcomes = try objective.outcomes(at: images, samples: everyone)
    for outcome in outcomes where outcome.values.count != objective.measures.count {
      violations.append(
        LawViolation(
          "objective: one value a measure", "\(outcome.values.count) values, \(objective.measures.count) measures"))
    }
    if try objective.loss(at: Variable(constant: images), samples: everyone).value != losses.value {
      violations.append(LawViolation("objective: losses with and without a gradient are the same", "they differ"))
    }
    for sample in everyone {
      let single = Variable(leaf: images.rows([sample]))
      let loss = try objective.loss(at: single, samples: [sample])
      let alone = (loss.value[0], try loss.gradient(of: single).row(0))
      if alone.0 != losses.value[sample] || alone.1 != gradient.row(sample) {
        violations.append(
          LawViolation(
            "objective: a sample's loss and gradient depend on its own image alone",
            "sample \(sample) has \(alone.0) alone and \(losses.value[sample]) in a batch"))
      }
      let outcome = try objective.outcomes(at: images.rows([sample]), samples: [sample])
      if outcome.first != outcomes[sample] {
        violations.append(
          LawViolation(
            "objective: a sample's outcome depends on its own image alone",
            "sample \(sample) has \(outcome.map(\.values)) alone and \(outcomes[sample].values) in a batch"))
      }
    }
    let reversed = Array(everyone.reversed())
    if try objective.loss(at: Variable(constant: images.rows(reversed)), samples: reversed).value
      != losses.value.rows(reversed)
    {
      violations.append(
        LawViolation("objective: samples may come in any order", "the losses of a reversed batch differ"))
    }
    return violations
  }
}
