/// How a subject is told apart in drawings: by colour, and by shape and dashes for those who see no colours.
enum Marker {
  private static let colors = 8

  /// The class that sets the colour of a series.
  static func colorClass(_ series: Int) -> String { "s\(series % colors)" }

  /// Dashes of a line; the first three series have none, solid lines are read best.
  static func dash(_ series: Int) -> String? {
    switch series % 8 {
    case 3, 4: "6 3"
    case 5, 6, 7: "2 3"
    default: nil
    }
  }

  /// A small mark centred at a point.
  static func draw(_ series: Int, _ x: Double, _ y: Double) -> Markup {
    switch series % 4 {
    case 0: SVG.circle(x, y, 3.6, "mark")
    case 1: SVG.rect(x - 3.3, y - 3.3, 6.6, 6.6, "mark")
    case 2: SVG.path([(x, y - 4.4), (x + 4.4, y + 3.4), (x - 4.4, y + 3.4)], "mark", closed: true)
    default: SVG.path([(x, y - 4.6), (x + 4.6, y), (x, y + 4.6), (x - 4.6, y)], "mark", closed: true)
    }
  }
}
