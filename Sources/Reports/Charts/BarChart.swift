internal import Results

/// Bars on the axis 0…100 with their intervals.
struct BarChart {
  struct Row {
    let label: String
    let value: Double
    let interval: RunRecord.Interval?
  }

  let title: String
  let series: Int
  let rows: [Row]

  private let width = 330.0
  private let rowHeight = 19.0
  private let left = 46.0
  private let right = 44.0
  private let top = 4.0

  var drawing: Markup {
    let bottom = top + rowHeight * Double(rows.count)
    return SVG.drawing(width, bottom + 20, label: words) {
      for tick in [0.0, 50, 100] {
        SVG.line(x(tick), top, x(tick), bottom, "grid")
        SVG.text(x(tick), bottom + 14, "middle", "tick", Format.fixed(tick, 0))
      }
      tag("g", ["class": Marker.colorClass(series)]) {
        for (index, row) in rows.enumerated() { draw(row, top + rowHeight * Double(index)) }
      }
    }
  }

  private func draw(_ row: Row, _ y: Double) -> Markup {
    let middle = y + rowHeight / 2
    return Markup.joined([
      SVG.text(left - 7, middle + 4, "end", "label", row.label),
      SVG.rect(left, y + 4, x(row.value) - left, rowHeight - 8, "bar"),
      whisker(row.interval, middle),
      SVG.text(width - 2, middle + 4, "end", "value", Format.fixed(row.value, 1)),
    ])
  }

  private func whisker(_ interval: RunRecord.Interval?, _ y: Double) -> Markup {
    guard let interval, !interval.low.isNaN, !interval.high.isNaN else { return .nothing }
    return SVG.line(x(interval.low), y, x(interval.high), y, "whisker")
      + SVG.line(x(interval.low), y - 3, x(interval.low), y + 3, "whisker")
      + SVG.line(x(interval.high), y - 3, x(interval.high), y + 3, "whisker")
  }

  private func x(_ value: Double) -> Double {
    left + (width - left - right) * min(max(value.isNaN ? 0 : value, 0), 100) / 100
  }

  private var words: String {
    title + ": " + rows.map { "\($0.label) \(Format.fixed($0.value, 1))" }.joined(separator: ", ") + "."
  }
}
