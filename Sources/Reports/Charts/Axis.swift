internal import Foundation

/// An axis with round ticks.
struct Axis {
  let range: ClosedRange<Double>
  let ticks: [Double]
  private let decimals: Int

  init(range: ClosedRange<Double>, step: Double) {
    self.range = range
    let count = step > 0 ? Int(((range.upperBound - range.lowerBound) / step).rounded()) : 0
    ticks = (0...max(0, min(count, 20))).map { range.lowerBound + Double($0) * step }
    // Enough decimals to tell neighbours apart.
    decimals = max(0, min(8, Int(-floor(log10(max(step, 1e-12)) + 1e-9))))
  }

  /// About four steps of 1, 2 or 5 times a power of ten that cover the values.
  init(covering values: [Double]) {
    let low = values.min() ?? 0
    let high = values.max() ?? 1
    let spread = high - low > 0 && (high - low).isFinite ? high - low : max(abs(low), 1)
    let rough = spread / 4
    let power = pow(10, floor(log10(rough)))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
    let step = factor * power
    let start = floor(low / step + 1e-9) * step
    let end = max(ceil(high / step - 1e-9) * step, start + step)
    self.init(range: start...end, step: step)
  }

  func text(_ tick: Double) -> String {
    decimals == 0 && abs(tick) >= 10_000 ? Format.fixed(tick / 1000, 0) + "k" : Format.fixed(tick, decimals)
  }
}
