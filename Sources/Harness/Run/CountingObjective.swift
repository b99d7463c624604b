internal import Gradients
internal import GauntletKit
internal import Tensors

/// Counts, per sample, what a search asks of an objective: attacks do not keep their own books.
final class CountingObjective: Objective {
  private let objective: any Objective
  private(set) var forwards: [Int]
  private(set) var backwards: [Int]

  init(_ objective: any Objective, count: Int) {
    self.objective = objective
    forwards = [Int](repeating: 0, count: count)
    backwards = forwards
  }

  var measures: [Measure] { objective.measures }
  func targets(of sample: Int) -> [Int] { objective.targets(of: sample) }

  func loss(at images: Variable, samples: [Int]) throws -> Variable {
    for sample in samples { forwards[sample] += 1 }
    let loss = try objective.loss(at: images, samples: samples)
    guard loss.takesGradient else { return loss }
    return Variable(loss.value, from: [loss]) { [self] gradient in
      for sample in samples { backwards[sample] += 1 }
      return [gradient]
    }
  }

  func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    for sample in samples { forwards[sample] += 1 }
    return try objective.outcomes(at: images, samples: samples)
  }
}
