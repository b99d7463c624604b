internal import Glibc

/// The learning rate of each update: a pure function of its index, so that a resumed run continues as if never stopped.
public enum Schedule: Hashable, Sendable {
  /// `rate` always.
  case constant(rate: Double)
  /// `rate`, multiplied by `factor` from each milestone on.
  case multiStep(rate: Double, milestones: [Int], factor: Double)
  /// From rate / warmUp linearly up to `rate` over `warmUp` updates, then half a cosine down to `final` at `total`.
  case cosine(rate: Double, warmUp: Int, total: Int, final: Double)
  /// Straight lines from knot to knot, which are in the order of their steps; before the first knot its rate, behind
  /// the last one its. Of knots at one step the last counts, as in `numpy.interp`.
  case piecewiseLinear(knots: [Knot])

  /// A rate at a step.
  public struct Knot: Hashable, Sendable {
    public let step: Int
    public let rate: Double

    public init(step: Int, rate: Double) {
      self.step = step
      self.rate = rate
    }
  }

  /// LipSim's "interp": from 0 up to `rate` at 2/5 of `total` updates, down to rate / 20 at 4/5, and to 0 at the end.
  ///
  /// Ghazanfari et al., "LipSim: a provably robust perceptual similarity metric" (2024), its published training code.
  public static func interpolated(rate: Double, total: Int) -> Schedule {
    .piecewiseLinear(knots: [
      Knot(step: 0, rate: 0), Knot(step: total * 2 / 5, rate: rate), Knot(step: total * 4 / 5, rate: rate / 20),
      Knot(step: total, rate: 0),
    ])
  }

  /// The rate of update number `step`, counted from 0.
  public func rate(at step: Int) -> Double {
    switch self {
    case .constant(let rate): return rate
    case .multiStep(let rate, let milestones, let factor):
      return milestones.reduce(rate) { step >= $1 ? $0 * factor : $0 }
    case .cosine(let rate, let warmUp, let total, let final):
      if step < warmUp { return rate * Double(step + 1) / Double(warmUp) }
      let progress = min(1, Double(step - warmUp) / Double(max(1, total - warmUp)))
      return final + (rate - final) * (1 + cos(Double.pi * progress)) / 2
    case .piecewiseLinear(let knots):
      precondition(!knots.isEmpty, "a piecewise linear schedule has at least one knot")
      precondition(
        zip(knots, knots.dropFirst()).allSatisfy { $0.step <= $1.step },
        "the knots of a piecewise linear schedule are in the order of their steps, not \(knots.map(\.step))")
      guard let next = knots.firstIndex(where: { $0.step > step }) else { return knots[knots.count - 1].rate }
      guard next > 0 else { return knots[0].rate }
      let (a, b) = (knots[next - 1], knots[next])
      return a.rate + (b.rate - a.rate) * Double(step - a.step) / Double(b.step - a.step)
    }
  }
}
