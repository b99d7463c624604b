internal import Glibc

/// The learning rate of each update: a pure function of its index, so that a resumed run continues as if never stopped.
public enum Schedule: Hashable, Sendable {
  /// `rate` always.
  case constant(rate: Double)
  /// `rate`, multiplied by `factor` from each milestone on.
  case multiStep(rate: Double, milestones: [Int], factor: Double)
  /// From rate / warmUp linearly up to `rate` over `warmUp` updates, then half a cosine down to `final` at `total`.
  case cosine(rate: Double, warmUp: Int, total: Int, final: Double)

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
    }
  }
}
