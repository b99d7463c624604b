/// The few shapes that our drawings are made of. Colours come from the page's style, by class.
enum SVG {
  /// A coordinate with at most one decimal.
  static func number(_ value: Double) -> String {
    let tenths = (value.isFinite ? value * 10 : 0).rounded()
    let whole = Int(max(-1e9, min(1e9, tenths)))
    return whole % 10 == 0 ? "\(whole / 10)" : "\(Double(whole) / 10)"
  }

  /// A drawing with what it says in words.
  static func drawing(
    _ width: Double, _ height: Double, label: String, @MarkupBuilder _ content: () -> Markup
  ) -> Markup {
    tag("svg", ["viewBox": "0 0 \(number(width)) \(number(height))", "role": "img", "aria-label": label], content)
  }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String, dash: String? = nil
  ) -> Markup {
    tag(
      "line",
      [
        "x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2), "class": style,
        "stroke-dasharray": dash,
      ])
  }

  static func rect(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) -> Markup {
    tag(
      "rect",
      [
        "x": number(x), "y": number(y), "width": number(max(0, width)), "height": number(height), "rx": "2",
        "class": style,
      ])
  }

  static func circle(_ x: Double, _ y: Double, _ radius: Double, _ style: String) -> Markup {
    tag("circle", ["cx": number(x), "cy": number(y), "r": number(radius), "class": style])
  }

  /// Text at a baseline; `anchor` is "start", "middle" or "end".
  static func text(_ x: Double, _ y: Double, _ anchor: String, _ style: String, _ text: String) -> Markup {
    tag("text", ["x": number(x), "y": number(y), "text-anchor": anchor, "class": style]) { text }
  }

  static func path(_ points: [(Double, Double)], _ style: String, closed: Bool = false, dash: String? = nil) -> Markup {
    let steps = points.enumerated().map { "\($0 == 0 ? "M" : "L")\(number($1.0)) \(number($1.1))" }
    return tag("path", ["d": steps.joined() + (closed ? "Z" : ""), "class": style, "stroke-dasharray": dash])
  }
}
