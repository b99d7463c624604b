internal import Results

/// A board at a glance: for each subject the clean, the robust and the certified score on the axis 0…100.
struct RankChart {
  struct Row {
    let label: String
    let series: Int
    let clean: Double?
    let robust: Double
    let interval: RunRecord.Interval?
    let certified: Double?
  }

  let title: String
  let rows: [Row]

  private let width = 560.0
  private let rowHeight = 26.0
  private let left = 190.0
  private let right = 16.0
  private let top = 6.0

  var drawing: Markup {
    let bottom = top + rowHeight * Double(rows.count)
    return SVG.drawing(width, bottom + 20, label: words) {
      for tick in [0.0, 25, 50, 75, 100] {
        SVG.line(x(tick), top, x(tick), bottom, "grid")
        SVG.text(x(tick), bottom + 14, "middle", "tick", Format.fixed(tick, 0))
      }
      for (index, row) in rows.enumerated() { draw(row, top + rowHeight * (Double(index) + 0.5)) }
    }
  }

  private func draw(_ row: Row, _ y: Double) -> Markup {
    tag("g", ["class": Marker.colorClass(row.series)]) {
      SVG.text(left - 10, y + 4, "end", "label", shortened(row.label))
      if let interval = row.interval, !interval.low.isNaN, !interval.high.isNaN {
        SVG.line(x(interval.low), y, x(interval.high), y, "band-line")
      }
      if let certified = row.certified { SVG.line(x(certified), y - 7, x(certified), y + 7, "fall") }
      if let clean = row.clean { SVG.circle(x(clean), y, 4.5, "hollow") }
      SVG.circle(x(row.robust), y, 4.5, "mark")
    }
  }

  private func shortened(_ label: String) -> String { label.count > 27 ? label.prefix(26) + "…" : label }

  private func x(_ value: Double) -> Double {
    left + (width - left - right) * min(max(value.isNaN ? 0 : value, 0), 100) / 100
  }

  private var words: String {
    title + ". "
      + rows.map { row in
        "\(row.label): robust \(Format.fixed(row.robust, 1))"
          + (row.clean.map { ", clean \(Format.fixed($0, 1))" } ?? "")
          + (row.certified.map { ", certified \(Format.fixed($0, 1))" } ?? "") + "."
      }.joined(separator: " ")
  }
}
