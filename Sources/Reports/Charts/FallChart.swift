internal import Results

/// From a natural score to the score under attack, one row for each subject, on the axis 0…100.
struct FallChart {
  struct Row {
    let label: String
    let series: Int
    let before: Double
    let after: Double
    let beforeInterval: RunRecord.Interval?
    let afterInterval: RunRecord.Interval?
  }

  let title: String
  let rows: [Row]
  /// What guessing would earn; nil if it is not marked.
  let chance: Double?

  private let width = 420.0
  private let rowHeight = 40.0
  private let top = 8.0
  private let inset = 14.0

  var drawing: Markup {
    let bottom = top + rowHeight * Double(rows.count)
    return SVG.drawing(width, bottom + 22, label: words) {
      for tick in [0.0, 25, 50, 75, 100] {
        SVG.line(x(tick), top, x(tick), bottom, tick == chance ? "chance" : "grid")
        SVG.text(x(tick), bottom + 15, "middle", "tick", Format.fixed(tick, 0))
      }
      for (index, row) in rows.enumerated() {
        draw(row, top + rowHeight * Double(index))
      }
    }
  }

  private func draw(_ row: Row, _ y: Double) -> Markup {
    let track = y + 28
    return tag("g", ["class": Marker.colorClass(row.series)]) {
      SVG.text(inset, y + 15, "start", "label", row.label)
      SVG.text(
        width - inset, y + 15, "end", "value", "\(Format.fixed(row.before, 1)) → \(Format.fixed(row.after, 1))")
      SVG.line(x(row.after), track, x(row.before), track, "fall")
      whisker(row.beforeInterval, track)
      whisker(row.afterInterval, track)
      SVG.circle(x(row.before), track, 4.5, "hollow")
      SVG.circle(x(row.after), track, 4.5, "mark")
    }
  }

  private func whisker(_ interval: RunRecord.Interval?, _ y: Double) -> Markup {
    guard let interval, !interval.low.isNaN, !interval.high.isNaN else { return .nothing }
    return SVG.line(x(interval.low), y, x(interval.high), y, "band-line")
  }

  private func x(_ value: Double) -> Double {
    inset + (width - 2 * inset) * min(max(value.isNaN ? 0 : value, 0), 100) / 100
  }

  private var words: String {
    title + ". "
      + rows.map { "\($0.label): \(Format.fixed($0.before, 1)) to \(Format.fixed($0.after, 1))." }
      .joined(separator: " ")
  }
}
