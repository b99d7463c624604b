internal import Results

/// Lines with bands over a common axis.
struct LineChart {
  struct Point {
    let x: Double
    let y: Double
    let low: Double?
    let high: Double?
  }

  struct Line {
    let label: String
    let series: Int
    let points: [Point]
    /// Whether every point carries a mark.
    var marks = true
    /// Nil for the series' own dashes.
    var dash: String?
  }

  let title: String
  let lines: [Line]
  /// Where the abscissa is labelled; nil for round numbers.
  let xTicks: [(Double, String)]?
  let xLabel: String
  let unit: RunRecord.Unit
  /// The range of the ordinate; nil for that of the points.
  let yRange: ClosedRange<Double>?
  /// Shaded from each point's low to its high.
  var area: [Point] = []

  private let width = 360.0
  private let height = 236.0
  private let left = 46.0
  private let right = 16.0
  private let top = 10.0
  private let bottom = 40.0

  var drawing: Markup {
    let points = lines.flatMap(\.points)
    let yAxis = axis(yRange, points.flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] })
    let xAxis = xTicks == nil ? Axis(covering: points.map(\.x)) : nil
    let xs = points.map(\.x)
    let xRange = (xs.min() ?? 0)...(xs.max() ?? 1)
    let frame = Frame(
      x: xRange, y: yAxis.range, left: left, right: width - right, top: top, bottom: height - bottom)
    return SVG.drawing(width, height, label: words) {
      for tick in yAxis.ticks {
        SVG.line(frame.left, frame.y(tick), frame.right, frame.y(tick), "grid")
        SVG.text(frame.left - 6, frame.y(tick) + 4, "end", "tick", yAxis.text(tick))
      }
      for (value, text) in ticks(xAxis, frame) {
        SVG.line(frame.x(value), frame.bottom, frame.x(value), frame.bottom + 4, "axis")
        SVG.text(frame.x(value), frame.bottom + 17, "middle", "tick", text)
      }
      SVG.line(frame.left, frame.bottom, frame.right, frame.bottom, "axis")
      SVG.text((frame.left + frame.right) / 2, height - 5, "middle", "tick", xLabel)
      if area.count > 1 {
        let upper = area.map { (frame.x($0.x), frame.y($0.high ?? $0.y)) }
        let lower = area.reversed().map { (frame.x($0.x), frame.y($0.low ?? $0.y)) }
        SVG.path(upper + lower, "undecided", closed: true)
      }
      for line in lines { band(line, frame) }
      for line in lines { draw(line, frame) }
    }
  }

  private func axis(_ range: ClosedRange<Double>?, _ values: [Double]) -> Axis {
    if let range { return Axis(range: range, step: (range.upperBound - range.lowerBound) / 4) }
    return Axis(covering: values.filter(\.isFinite))
  }

  /// Labels that would overlap their left neighbour are left out.
  private func ticks(_ axis: Axis?, _ frame: Frame) -> [(Double, String)] {
    let inside = axis?.ticks.filter { frame.x.contains($0) } ?? []
    let all = xTicks ?? inside.map { ($0, axis?.text($0) ?? "") }
    var kept: [(Double, String)] = []
    var end = -Double.infinity
    for (value, text) in all {
      let half = 3.4 * Double(text.count)
      guard frame.x(value) - half > end + 3 else { continue }
      kept.append((value, text))
      end = frame.x(value) + half
    }
    return kept
  }

  private func band(_ line: Line, _ frame: Frame) -> Markup {
    let known = line.points.filter { $0.low?.isFinite == true && $0.high?.isFinite == true }
    guard known.count > 1 else { return .nothing }
    let upper = known.map { (frame.x($0.x), frame.y($0.high ?? $0.y)) }
    let lower = known.reversed().map { (frame.x($0.x), frame.y($0.low ?? $0.y)) }
    return tag("g", ["class": Marker.colorClass(line.series)]) { SVG.path(upper + lower, "band", closed: true) }
  }

  private func draw(_ line: Line, _ frame: Frame) -> Markup {
    tag("g", ["class": Marker.colorClass(line.series)]) {
      SVG.path(line.points.map { (frame.x($0.x), frame.y($0.y)) }, "curve", dash: line.dash ?? Marker.dash(line.series))
      if line.marks {
        for point in line.points { Marker.draw(line.series, frame.x(point.x), frame.y(point.y)) }
      }
    }
  }

  private var words: String {
    let ends = lines.compactMap { line -> String? in
      guard let first = line.points.first, let last = line.points.last else { return nil }
      return "\(line.label) from \(Format.value(first.y, unit)) to \(Format.value(last.y, unit))"
    }
    return "\(title): " + ends.joined(separator: "; ") + "."
  }

  /// From values to the plane of the drawing.
  private struct Frame {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    func x(_ value: Double) -> Double { left + (right - left) * share(value, x) }
    func y(_ value: Double) -> Double { bottom - (bottom - top) * share(value, y) }

    private func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
      let width = range.upperBound - range.lowerBound
      return width > 0 ? min(max((value - range.lowerBound) / width, 0), 1) : 0.5
    }
  }
}
