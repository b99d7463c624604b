internal import Results

/// What the pages' sections are made of.
protocol PageParts {}

extension PageParts {
  /// A table that scrolls sideways where it is too wide, and can be sorted by its heads.
  func table(_ caption: String, @MarkupBuilder _ content: () -> Markup) -> Markup {
    tag("div", ["class": "scroll", "role": "region", "tabindex": "0", "aria-label": caption]) {
      tag("table", ["class": "sortable"]) {
        tag("caption") { tag("span") { caption } }
        content()
      }
    }
  }

  func sortButton(_ text: String) -> Markup { tag("button", ["type": "button"]) { text } }

  /// A row of plain heads; those of numbers stand to the right, as their numbers do.
  private func heads(_ names: [String], numbers: Set<String>) -> Markup {
    tag("thead") {
      tag("tr") {
        for name in names {
          tag("th", ["class": numbers.contains(name) ? "n" : nil, "scope": "col"]) { sortButton(name) }
        }
      }
    }
  }

  /// A table of text; the first column heads its row.
  func plainTable(
    _ caption: String, _ names: [String], numbers: Set<String> = [], _ rows: [[Markup]]
  ) -> Markup {
    table(caption) {
      heads(names, numbers: numbers)
      tag("tbody") {
        for row in rows {
          tag("tr") {
            if let first = row.first { tag("th", ["scope": "row"]) { first } }
            for cell in row.dropFirst() { cell }
          }
        }
      }
    }
  }

  /// A number as JavaScript reads it; nil if it is none.
  func sortable(_ value: Double) -> String? {
    if value.isNaN { return nil }
    return value.isFinite ? "\(value)" : value < 0 ? "-Infinity" : "Infinity"
  }

  func number(_ value: Double?, _ unit: RunRecord.Unit) -> Markup {
    guard let value else { return tag("td", ["class": "absent"]) { Format.missing } }
    return tag("td", ["class": "n", "data-v": sortable(value)]) { Format.value(value, unit) }
  }

  func count(_ value: Int) -> Markup { tag("td", ["class": "n", "data-v": "\(value)"]) { Format.count(value) } }

  func time(_ seconds: Double?) -> Markup {
    tag("td", ["class": "n", "data-v": seconds.flatMap(sortable)]) { seconds.map(Format.duration) ?? Format.missing }
  }

  /// Text; where it is long, its column is wide enough for it on a phone too.
  func words(_ text: String) -> Markup {
    tag("td", ["class": text.count > 40 ? "wide" : text.count > 16 ? "roomy" : nil]) { text }
  }

  func code(_ text: String) -> Markup { tag("td") { tag("code") { text } } }

  /// A drawing in a box that scales, with the words for those who cannot see it.
  func figure(_ caption: String, note: String? = nil, _ drawing: Markup) -> Markup {
    tag("figure", ["class": "chart"]) {
      tag("figcaption") {
        caption
        if let note { tag("small") { note } }
      }
      drawing
    }
  }

  /// Names with their values, side by side.
  func facts(_ facts: [(String, String)], isWide: Bool = false) -> Markup {
    tag("dl", ["class": isWide ? "facts wide" : "facts"]) {
      for (name, value) in facts {
        tag("div") {
          tag("dt") { name }
          tag("dd") { value }
        }
      }
    }
  }

  /// The head of a page: what it shows, in one look.
  func masthead(_ title: String, _ summary: String, _ facts: [(String, String)]) -> Markup {
    tag("header", ["class": "masthead"]) {
      tag("div", ["class": "brand"]) {
        logo
        tag("span") { "Gauntlet" }
      }
      tag("h1") { title }
      tag("p", ["class": "what"]) { summary }
      if !facts.isEmpty { self.facts(facts) }
    }
  }

  /// A picture inside its ball, and the arrow that leaves it.
  private var logo: Markup {
    tag("svg", ["viewBox": "0 0 32 32", "width": "28", "height": "28", "aria-hidden": "true"]) {
      tag("rect", ["x": "3", "y": "3", "width": "26", "height": "26", "rx": "7", "class": "logo-ball"])
      tag("path", ["d": "M10 22 L21 11 M14 10.5 H21.5 V18", "class": "logo-arrow"])
      tag("circle", ["cx": "10", "cy": "22", "r": "3", "class": "logo-dot"])
    }
  }
}
