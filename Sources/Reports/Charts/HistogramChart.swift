/// Two distributions over one axis, as shares of their samples: what was, and what an attack made of it.
struct HistogramChart {
  let title: String
  let series: Int
  let before: [Double]
  let after: [Double]
  /// A value that means something, such as the margin at which an answer turns; nil if there is none.
  let edge: Double?
  let xLabel: String

  private let width = 330.0
  private let height = 170.0
  private let left = 34.0
  private let right = 12.0
  private let top = 8.0
  private let bottom = 36.0
  private let bins = 24

  var drawing: Markup {
    let all = (before + after).filter(\.isFinite) + (edge.map { [$0] } ?? [])
    let axis = Axis(covering: all)
    let (first, second) = (shares(before, axis), shares(after, axis))
    let most = Axis(covering: [0, (first + second).max() ?? 1])
    func x(_ value: Double) -> Double {
      let span = axis.range.upperBound - axis.range.lowerBound
      return left + (width - left - right) * (value - axis.range.lowerBound) / span
    }
    func y(_ share: Double) -> Double { height - bottom - (height - bottom - top) * share / most.range.upperBound }
    return SVG.drawing(width, height, label: words) {
      for tick in most.ticks {
        SVG.line(left, y(tick), width - right, y(tick), "grid")
        SVG.text(left - 5, y(tick) + 4, "end", "tick", most.text(tick))
      }
      for tick in axis.ticks {
        SVG.line(x(tick), height - bottom, x(tick), height - bottom + 4, "axis")
        SVG.text(x(tick), height - bottom + 16, "middle", "tick", axis.text(tick))
      }
      tag("g", ["class": Marker.colorClass(series)]) {
        bars(first, "was", x, y, axis)
        bars(second, "bar", x, y, axis)
      }
      if let edge { SVG.line(x(edge), top, x(edge), height - bottom, "chance") }
      SVG.line(left, height - bottom, width - right, height - bottom, "axis")
      SVG.text((left + width - right) / 2, height - 4, "middle", "tick", xLabel)
    }
  }

  private func bars(
    _ shares: [Double], _ style: String, _ x: (Double) -> Double, _ y: (Double) -> Double, _ axis: Axis
  ) -> Markup {
    let step = (axis.range.upperBound - axis.range.lowerBound) / Double(bins)
    return .joined(
      shares.enumerated().filter { $0.element > 0 }.map { bin, share in
        let start = x(axis.range.lowerBound + Double(bin) * step)
        let end = x(axis.range.lowerBound + Double(bin + 1) * step)
        return SVG.rect(start + 0.5, y(share), end - start - 1, y(0) - y(share), style)
      })
  }

  /// Percent of the samples in each bin.
  private func shares(_ values: [Double], _ axis: Axis) -> [Double] {
    var counts = [Double](repeating: 0, count: bins)
    let known = values.filter(\.isFinite)
    for value in known {
      let place = (value - axis.range.lowerBound) / (axis.range.upperBound - axis.range.lowerBound)
      counts[min(bins - 1, max(0, Int(place * Double(bins))))] += 100 / Double(known.count)
    }
    return counts
  }

  private var words: String {
    func middle(_ values: [Double]) -> String {
      let sorted = values.filter(\.isFinite).sorted()
      return sorted.isEmpty ? Format.missing : Format.fixed(sorted[sorted.count / 2], 3)
    }
    return "\(title): median \(middle(before)) before, \(middle(after)) after."
  }
}
