internal import Results

extension HTMLReport {
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

  func words(_ text: String) -> Markup { tag("td") { text } }

  func code(_ text: String) -> Markup { tag("td") { tag("code") { text } } }
}
