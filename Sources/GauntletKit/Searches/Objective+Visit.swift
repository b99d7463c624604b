internal import Gradients
internal import Tensors

/// What one visit of a search learns of its images.
struct Visit {
  let losses: [Float]
  /// Per image; false throughout where the objective does not decide.
  let isBroken: [Bool]
  /// Zeros where none was asked for.
  let gradient: Tensor?
}

extension Objective {
  /// Loss, gradient and whether each image is broken, from one forward pass; means over several draws where the objective
  /// is random and `draws` names them. Of a mean, the mean margin says what is broken.
  /// - Parameter takesLast: loss and what is broken are those of the last draw alone, as published.
  func visit(
    _ images: Tensor, samples: [Int], gradient wanted: Bool, draws: Range<Int> = 0..<1, takesLast: Bool = false
  ) throws -> Visit {
    guard isRandom else { return try visitOnce(images, samples: samples, gradient: wanted).visit }
    let parts = try draws.map {
      try drawn($0).visitOnce(images, samples: samples, gradient: wanted)
    }
    guard let last = parts.last, parts.count > 1 else {
      return try parts.first?.visit ?? visitOnce(images, samples: samples, gradient: wanted).visit
    }
    let share = 1 / Float(parts.count)
    let gradients = parts.compactMap(\.visit.gradient)
    let mean = gradients.dropFirst().reduce(gradients.first) { sum, next in sum.map { $0 + next } }.map { $0 * share }
    if takesLast { return Visit(losses: last.visit.losses, isBroken: last.visit.isBroken, gradient: mean) }
    func average(_ values: ((visit: Visit, margins: [Float]?)) -> [Float]) -> [Float] {
      samples.indices.map { row in Float(parts.reduce(0) { $0 + Double(values($1)[row]) } / Double(parts.count)) }
    }
    return Visit(
      losses: average { $0.visit.losses },
      isBroken: last.margins == nil
        ? last.visit.isBroken : average { $0.margins ?? [] }.map { !($0 > 0 && $0.isFinite) },
      gradient: mean)
  }

  private func visitOnce(
    _ images: Tensor, samples: [Int], gradient wanted: Bool
  ) throws -> (visit: Visit, margins: [Float]?) {
    let leaf = wanted ? Variable(leaf: images) : Variable(constant: images)
    let loss: Variable
    var isBroken = [Bool](repeating: false, count: samples.count)
    var margins: [Float]?
    if let decision = self as? any DecisionObjective {
      let scores = try decision.scores(at: leaf, samples: samples)
      loss = try decision.loss(of: scores, samples: samples)
      isBroken = decision.isBroken(scores.value, samples: samples)
      margins = decision.margins(of: scores.value, samples: samples)
    } else {
      loss = try self.loss(at: leaf, samples: samples)
    }
    return (
      Visit(
        losses: loss.value.scalars, isBroken: isBroken, gradient: wanted ? try loss.gradient(of: leaf) : nil), margins
    )
  }
}
