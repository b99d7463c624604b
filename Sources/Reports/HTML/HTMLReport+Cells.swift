internal import Results

extension HTMLReport {
  /// Every cell with its measures, costs and flags; also those without numbers, and why.
  var cells: Section? {
    guard !record.cells.isEmpty else { return nil }
    let done = record.cells.filter { $0.status == .done }
    let odd = Absence.all(in: record)
    return Section("cells", "Cells", lead: "Measured numbers, before and after each attack, and what they cost.") {
      if !odd.isEmpty {
        plainTable(
          "Cells without numbers", ["Subject", "Dataset", "Attack", "State", "Reason"],
          odd.map { absence in
            [
              .text(record.subject(absence.subject)?.title ?? absence.subject),
              words(record.dataset(absence.dataset)?.title ?? absence.dataset), words(absence.attacks),
              tag("td", ["class": absence.isFailure ? "failed" : nil]) { absence.state }, words(absence.reason),
            ]
          })
      }
      tag("details", ["open": record.cells.count <= 60 ? "" : nil]) {
        tag("summary") { "All \(Format.counted(done.count, "measured cell"))" }
        plainTable(
          "Measures of every cell",
          [
            "Subject", "Dataset", "Attack", "Measure", "Before", "After", "Samples", "Forwards", "Backwards", "Time",
            "Flags",
          ], numbers: ["Before", "After", "Samples", "Forwards", "Backwards", "Time"], done.flatMap(rows(of:)))
      }
    }
  }

  private func rows(of cell: RunRecord.Cell) -> [[Markup]] {
    cell.measures.map { measure in
      let cost = [
        count(cell.samples), count(cell.forwards), count(cell.backwards),
        time(record.timing?.cells[cell.id]),
      ]
      return [name(of: cell)] + place(of: cell)
        + [
          tag("td", ["title": measure.definition]) { measure.title },
          value(measure.before, measure.beforeInterval, measure.unit),
          value(measure.after, measure.afterInterval, measure.unit),
        ] + cost + [tag("td") { flags(of: cell) }]
    }
  }

  private func flags(of cell: RunRecord.Cell) -> Markup {
    var parts =
      cell.violations > 0 ? [tag("b", ["class": "failed"]) { "violations \(Format.count(cell.violations)) " }] : []
    for (flag, count) in cell.flags.sorted(by: { $0.key < $1.key }) {
      parts.append(flagLink(flag))
      parts.append(.text(" \(Format.count(count)) "))
    }
    return .joined(parts)
  }

  private func value(_ value: Double?, _ interval: RunRecord.Interval?, _ unit: RunRecord.Unit) -> Markup {
    guard let value else { return tag("td", ["class": "absent"]) { Format.missing } }
    return tag("td", ["class": "n", "data-v": sortable(value)]) {
      Format.value(value, unit)
      if let interval = Format.interval(interval, unit) { tag("small") { interval } }
    }
  }

  private func name(of cell: RunRecord.Cell) -> Markup { .text(record.subject(cell.subject)?.title ?? cell.subject) }

  private func place(of cell: RunRecord.Cell) -> [Markup] {
    let attack = cell.attack.map { id in
      record.attack(id).map { "\($0.title) · \(Format.threat($0.threat))" } ?? id
    }
    return [words(record.dataset(cell.dataset)?.title ?? cell.dataset), words(attack ?? "natural")]
  }

  /// Every score, also those that no other table shows.
  var scores: Section? {
    guard !record.scores.isEmpty else { return nil }
    let rows = record.scores.map { score -> [Markup] in
      let attack = score.attack.map { record.attack($0)?.title ?? $0 }
      return [
        .text(record.subject(score.subject)?.title ?? score.subject),
        words(record.dataset(score.dataset)?.title ?? score.dataset), words(score.title),
        words(attack ?? (score.threat == nil ? "natural" : "several")),
        tag("td", ["data-v": score.threat.flatMap { sortable($0.epsilon) }]) {
          score.threat.map(Format.threat) ?? Format.missing
        },
        number(score.value, score.unit), number(score.interval?.low, score.unit),
        number(score.interval?.high, score.unit), words(score.interval?.method ?? Format.missing), count(score.n),
      ]
    }
    return Section("all-scores", "All scores") {
      tag("details") {
        tag("summary") { Format.counted(record.scores.count, "score") }
        plainTable(
          "All scores", ["Subject", "Dataset", "Score", "Attack", "Threat", "Value", "Low", "High", "Interval", "n"],
          numbers: ["Value", "Low", "High", "n"], rows)
      }
    }
  }
}
