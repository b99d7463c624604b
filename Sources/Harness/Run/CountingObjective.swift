internal import Gradients
internal import GauntletKit
internal import Tensors

/// Counts, per sample, what a search asks of an objective, and looks at the gradients it gets: attacks do not keep their own
/// books.
class CountingObjective: Objective {
  private let objective: any Objective
  fileprivate let passes: Passes

  /// The passes of each sample; all draws of one objective count together.
  fileprivate final class Passes {
    var forwards: [Int]
    var backwards: [Int]
    /// How many gradients were zero in every pixel, and how many were not finite in some.
    var zeroGradients: [Int]
    var badGradients: [Int]

    init(count: Int) {
      forwards = [Int](repeating: 0, count: count)
      (backwards, zeroGradients, badGradients) = (forwards, forwards, forwards)
    }

    /// The same images, whose gradients are looked at on their way to the search.
    func watched(_ images: Variable, _ samples: [Int]) -> Variable {
      guard images.takesGradient else { return images }
      return Variable(images.value, from: [images]) { [self] gradient in
        let size = gradient.shape.rowCount
        gradient.withScalars { g in
          for (row, sample) in samples.enumerated() {
            let own = g[row * size..<(row + 1) * size]
            if own.allSatisfy({ $0 == 0 }) { zeroGradients[sample] += 1 }
            if !own.allSatisfy(\.isFinite) { badGradients[sample] += 1 }
          }
        }
        return [gradient]
      }
    }
  }

  fileprivate init(_ objective: any Objective, _ passes: Passes) {
    self.objective = objective
    self.passes = passes
  }

  /// Counts what is asked of the objective; one that decides goes on deciding.
  static func counting(_ objective: any Objective, count: Int) -> CountingObjective {
    counting(objective, Passes(count: count))
  }

  fileprivate static func counting(_ objective: any Objective, _ passes: Passes) -> CountingObjective {
    if let decision = objective as? any DecisionObjective { return CountingDecision(decision, passes) }
    return CountingObjective(objective, passes)
  }

  var forwards: [Int] { passes.forwards }
  var backwards: [Int] { passes.backwards }
  var zeroGradients: [Int] { passes.zeroGradients }
  var badGradients: [Int] { passes.badGradients }

  var measures: [Measure] { objective.measures }
  var isRandom: Bool { objective.isRandom }
  func targets(of sample: Int) -> [Int] { objective.targets(of: sample) }
  func drawn(_ draw: Int) -> any Objective { Self.counting(objective.drawn(draw), passes) }

  func loss(at images: Variable, samples: [Int]) throws -> Variable {
    try Interruption.check()
    return counted(try objective.loss(at: passes.watched(images, samples), samples: samples), samples)
  }

  func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    try Interruption.check()
    for sample in samples { passes.forwards[sample] += 1 }
    return try objective.outcomes(at: images, samples: samples)
  }

  /// Notes a forward pass, and the backward pass if one is asked for.
  fileprivate func counted(_ result: Variable, _ samples: [Int]) -> Variable {
    for sample in samples { passes.forwards[sample] += 1 }
    guard result.takesGradient else { return result }
    return Variable(result.value, from: [result]) { [passes] gradient in
      for sample in samples { passes.backwards[sample] += 1 }
      return [gradient]
    }
  }
}

/// The same of an objective that decides.
private final class CountingDecision: CountingObjective, DecisionObjective {
  private let decision: any DecisionObjective

  init(_ decision: any DecisionObjective, _ passes: Passes) {
    self.decision = decision
    super.init(decision, passes)
  }

  var classCount: Int { decision.classCount }
  func label(of sample: Int) -> Int { decision.label(of: sample) }

  func scores(at images: Variable, samples: [Int]) throws -> Variable {
    try Interruption.check()
    return counted(try decision.scores(at: passes.watched(images, samples), samples: samples), samples)
  }

  func loss(of scores: Variable, samples: [Int]) throws -> Variable {
    try decision.loss(of: scores, samples: samples)
  }

  func shift(at images: Variable, samples: [Int]) throws -> Variable {
    try Interruption.check()
    return counted(try decision.shift(at: passes.watched(images, samples), samples: samples), samples)
  }
}
