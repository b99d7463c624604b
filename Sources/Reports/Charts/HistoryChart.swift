internal import Results

/// A score over runs: its values with their intervals, the levels between steps, and the steps.
struct HistoryChart {
  struct Point {
    /// Place of the run among all runs.
    let run: Int
    let value: Double
    let low: Double?
    let high: Double?
  }

  struct Level {
    let first: Int
    let last: Int
    let value: Double
  }

  struct Step {
    /// The first run after it.
    let run: Int
    let isWorse: Bool
    let isSignificant: Bool
  }

  let title: String
  let series: Int
  let points: [Point]
  let levels: [Level]
  let steps: [Step]
  /// Number of runs, and what stands under the first and the last.
  let runs: Int
  let ends: (String, String)
  let unit: RunRecord.Unit

  private let width = 420.0
  private let height = 186.0
  private let left = 44.0
  private let right = 14.0
  private let top = 14.0
  private let bottom = 26.0
  /// With more points than this a drawing shows their line alone.
  private let mostMarks = 60

  var drawing: Markup {
    let values = points.flatMap { [$0.value, $0.low ?? $0.value, $0.high ?? $0.value] }.filter(\.isFinite)
    let axis = Axis(covering: values)
    func y(_ value: Double) -> Double {
      let share = (value - axis.range.lowerBound) / (axis.range.upperBound - axis.range.lowerBound)
      return height - bottom - (height - bottom - top) * min(max(share, 0), 1)
    }
    return SVG.drawing(width, height, label: words) {
      for tick in axis.ticks {
        SVG.line(left, y(tick), width - right, y(tick), "grid")
        SVG.text(left - 6, y(tick) + 4, "end", "tick", axis.text(tick))
      }
      SVG.text(left, height - 7, "start", "tick", ends.0)
      SVG.text(width - right, height - 7, "end", "tick", ends.1)
      for step in steps { draw(step) }
      tag("g", ["class": Marker.colorClass(series)]) {
        band(y)
        SVG.path(points.map { (x(Double($0.run)), y($0.value)) }, "trace")
        for level in levels {
          SVG.line(x(Double(level.first) - 0.4), y(level.value), x(Double(level.last) + 0.4), y(level.value), "level")
        }
        if points.count <= mostMarks {
          for point in points { SVG.circle(x(Double(point.run)), y(point.value), 2.6, "mark") }
        }
      }
    }
  }

  private func draw(_ step: Step) -> Markup {
    let place = x(Double(step.run) - 0.5)
    let style = !step.isSignificant ? "step" : step.isWorse ? "step worse" : "step better"
    let direction = step.isWorse ? 1.0 : -1
    let middle = top - 6
    return SVG.line(place, top, place, height - bottom, style)
      + SVG.path(
        [(place - 4, middle - 3 * direction), (place + 4, middle - 3 * direction), (place, middle + 4 * direction)],
        style + " head", closed: true)
  }

  private func band(_ y: (Double) -> Double) -> Markup {
    let known = points.filter { $0.low?.isFinite == true && $0.high?.isFinite == true }
    guard known.count > 1 else { return .nothing }
    let upper = known.map { (x(Double($0.run)), y($0.high ?? $0.value)) }
    let lower = known.reversed().map { (x(Double($0.run)), y($0.low ?? $0.value)) }
    return SVG.path(upper + lower, "band", closed: true)
  }

  private func x(_ run: Double) -> Double {
    left + 6 + (width - left - right - 12) * min(max(runs > 1 ? run / Double(runs - 1) : 0.5, 0), 1)
  }

  private var words: String {
    let levels = levels.map { Format.value($0.value, unit) }.joined(separator: ", then ")
    return "\(title): \(Format.counted(points.count, "run")); level \(levels)."
  }
}
