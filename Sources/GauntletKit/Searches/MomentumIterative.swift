public import Tensors

/// MI-FGSM: signed or normalised steps along a decaying sum of gradients (Dong et al., "Boosting adversarial attacks with
/// momentum", CVPR 2018).
///
/// m ← μ·m + g/‖g‖₁; x ← Π(x − α·direction(m)), directions as in `ProjectedGradientDescent`, from the clean image. Every
/// point is a proposal; that of the lowest loss is taken, a broken one before the others. A gradient that is zero or not
/// finite leaves the sum as it is, but for the decay.
public struct MomentumIterative: Search {
  public let steps: Int
  /// α, in the units of the threat model's norm.
  public let stepSize: Double
  /// μ.
  public let decay: Double
  public let stopsWhenBroken: Bool

  public init(steps: Int, stepSize: Double, decay: Double = 1, stopsWhenBroken: Bool = false) {
    precondition(steps >= 0, "at least 0 steps expected, got \(steps)")
    self.steps = steps
    self.stepSize = stepSize
    self.decay = decay
    self.stopsWhenBroken = stopsWhenBroken
  }

  /// Passes that one sample takes at the most.
  public var expectedCost: Cost { Cost(forwards: steps + 1, backwards: steps) }

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    var kept = KeptImages(images, measures: objective.measures)
    var (rows, x, clean) = (Array(samples.indices), images, images)
    var sum = Tensor(zeros: images.shape)
    for step in 0...steps {
      let visit = try objective.visit(
        x, samples: rows.map { samples[$0] }, gradient: step < steps, draws: step..<step + 1)
      kept.offer(x, rows: rows, losses: visit.losses, isBroken: visit.isBroken)
      guard step < steps, var gradient = visit.gradient else { break }
      if stopsWhenBroken, visit.isBroken.contains(true) {
        let going = rows.indices.filter { !visit.isBroken[$0] }
        guard !going.isEmpty else { break }
        (rows, x, clean) = (going.map { rows[$0] }, x.rows(going), clean.rows(going))
        (sum, gradient) = (sum.rows(going), gradient.rows(going))
      }
      accumulate(gradient, into: &sum)
      let lengths = [Double](repeating: stepSize, count: rows.count)
      x = threat.projected(x.stepped(against: sum, lengths: lengths, within: threat), around: clean)
    }
    return kept.images
  }

  private func accumulate(_ gradient: Tensor, into sum: inout Tensor) {
    let size = gradient.shape.rowCount
    sum.withMutableScalars { m in
      gradient.withScalars { g in
        for row in 0..<gradient.rows {
          let range = row * size..<(row + 1) * size
          let total = range.reduce(0.0) { $0 + abs(Double(g[$1])) }
          let scale = total > 0 && total.isFinite ? 1 / total : 0
          for i in range { m[i] = Float(decay * Double(m[i]) + (scale > 0 ? scale * Double(g[i]) : 0)) }
        }
      }
    }
  }
}
