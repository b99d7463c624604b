internal import Results

extension HTMLReport {
  /// The matrix subjects × scores, and what stands out in it.
  var headline: Section? {
    guard !sheet.groups.isEmpty else { return nil }
    return Section(
      "scores", "Scores", lead: "Higher is better throughout. Small figures are 95% intervals unless stated otherwise."
    ) {
      tiles
      // Three datasets stand side by side in one table; more become further tables.
      for start in stride(from: 0, to: sheet.groups.count, by: 3) {
        matrix(Array(sheet.groups[start..<min(start + 3, sheet.groups.count)]))
      }
      falls
    }
  }

  // MARK: Tiles

  private struct Tile {
    let label: String
    let value: String
    let who: String
    let context: String
  }

  private var tiles: Markup {
    let tiles = sheet.groups.flatMap(tiles(of:))
    return tag("div", ["class": "tiles"]) {
      for tile in tiles {
        tag("div", ["class": "tile"]) {
          tag("p", ["class": "tile-label"]) { tile.label }
          tag("p", ["class": "tile-value"]) { tile.value }
          tag("p", ["class": "tile-who"]) { tile.who }
          tag("p", ["class": "tile-context"]) { tile.context }
        }
      }
    }
  }

  private func tiles(of group: ScoreSheet.Group) -> [Tile] {
    var tiles: [Tile] = []
    let natural = group.columns.first { $0.name == ScoreName.twoAlternativeNatural }
    let recall = group.columns.first { $0.name == ScoreName.recall(at: 1) }
    for column in group.columns where [ScoreName.twoAlternativeEmpirical, ScoreName.ers].contains(column.name) {
      // A collapsed model earns a fair ERS for nothing: it cannot lead.
      let ranked = record.subjects.filter { !sheet.isCollapsed($0.id, dataset: column.dataset) }
        .compactMap { subject in sheet.score(subject.id, column).map { (subject, $0) } }
        .filter { !$0.1.value.isNaN }
      guard let best = ranked.max(by: { $0.1.value < $1.1.value }) else { continue }
      let companion = column.name == ScoreName.ers ? recall : natural
      let besides = companion.flatMap { other in
        sheet.score(best.0.id, other).map { "\(other.heading) \(Format.value($0.value, $0.unit)) natural · " }
      }
      tiles.append(
        Tile(
          label: column.name == ScoreName.ers ? "Highest ERS" : "Best 2AFC under attack",
          value: Format.value(best.1.value, best.1.unit), who: best.0.title,
          context: (besides ?? "") + "\(column.condition) · \(group.dataset.title)"))
      guard column.name == ScoreName.twoAlternativeEmpirical, let natural else { continue }
      let losses = ranked.compactMap { subject, score in
        sheet.score(subject.id, natural).map { (subject, $0.value, score.value) }
      }
      guard let worst = losses.max(by: { $0.1 - $0.2 < $1.1 - $1.2 }), worst.1 > worst.2 else { continue }
      tiles.append(
        Tile(
          label: "Steepest fall", value: "\(Format.fixed(worst.1, 1)) → \(Format.fixed(worst.2, 1))",
          who: worst.0.title, context: "2AFC · \(column.condition) · \(group.dataset.title)"))
    }
    return tiles
  }

  // MARK: Matrix

  private func matrix(_ groups: [ScoreSheet.Group]) -> Markup {
    let columns = groups.flatMap(\.columns)
    let named = groups.map { "\($0.dataset.title)" }.joined(separator: ", ")
    return table("Scores of every subject: \(named). Percent.") {
      tag("thead") {
        tag("tr") {
          tag("th", ["class": "corner", "rowspan": "2", "scope": "col"]) { sortButton("Subject") }
          for group in groups {
            tag("th", ["class": "group", "colspan": "\(group.columns.count)", "scope": "colgroup"]) {
              group.dataset.title
            }
          }
        }
        tag("tr") {
          for column in columns {
            tag("th", ["class": "n", "scope": "col", "title": column.definition]) {
              sortButton(column.heading)
              tag("small") { column.condition }
            }
          }
        }
      }
      tag("tbody") {
        for subject in record.subjects {
          tag("tr") {
            subjectHeading(subject)
            for column in columns { cell(subject, column) }
          }
        }
      }
    }
  }

  func subjectHeading(_ subject: RunRecord.Subject) -> Markup {
    tag("th", ["scope": "row", "data-v": subject.title, "class": Marker.colorClass(series(of: subject.id))]) {
      tag("span", ["class": "who"]) { subject.title }
      tag("small") { subject.kind == .metric ? "metric" : "defended · \(subject.plugin)" }
    }
  }

  /// A score with its interval, tinted by how good it is.
  func cell(_ subject: RunRecord.Subject, _ column: ScoreSheet.Column) -> Markup {
    guard let score = sheet.score(subject.id, column) else {
      let absence = sheet.absence(subject.id, dataset: column.dataset)
      return tag("td", ["class": "absent", "title": absence.reason]) { absence.text }
    }
    let depends = [ScoreName.ers, ScoreName.ars].contains(column.name) || column.name.contains(":")
    let isVoid = depends && sheet.isCollapsed(subject.id, dataset: column.dataset)
    return tag(
      "td",
      [
        "class": isVoid ? "heat void" : "heat", "style": isVoid ? nil : tint(score), "data-v": sortable(score.value),
        "title": isVoid ? "collapsed: this score does not mean what it seems to" : nil,
      ]
    ) {
      tag("b") { Format.value(score.value, score.unit) }
      if isVoid && !column.name.contains(":") { tag("span", ["class": "dagger"]) { "collapsed" } }
      if let interval = Format.interval(score.interval, score.unit) { tag("small") { interval } }
    }
  }

  private func tint(_ score: RunRecord.Score) -> String? {
    guard score.unit == .percent, score.value.isFinite else { return nil }
    let share = min(max(score.value, 0), 100) / 50 - 1
    let quality = score.higherIsBetter ? share : -share
    return "--h:var(--\(quality < 0 ? "lo" : "hi"));--v:" + Format.fixed(abs(quality) * 100, 0)
  }
}
