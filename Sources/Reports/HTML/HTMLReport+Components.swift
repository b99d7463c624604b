internal import Results

extension HTMLReport {
  /// Natural scores of retrieval beside the headline's.
  static let naturalRetrieval = [
    ScoreName.recall(at: 1), ScoreName.recall(at: 2), ScoreName.meanAveragePrecision, ScoreName.mapAtR,
    ScoreName.mapAt10, ScoreName.nmi,
  ]

  /// ERS and ARS taken apart, attack by attack.
  var components: Section? {
    let parts = record.datasets.compactMap(components(of:))
    guard !parts.isEmpty else { return nil }
    return Section(
      "retrieval", "Retrieval, attack by attack",
      lead: "Each component of ERS runs from 0 (the attack does what it wants) to 100 (it does nothing). "
        + "ARS is the share of an attack's goal that was denied to it, given where it started."
    ) { for part in parts { part } }
  }

  private func components(of dataset: RunRecord.Dataset) -> Markup? {
    let ers = sheet.columns([ScoreName.ers] + ScoreName.ersAttacks.map(ScoreName.ersComponent), dataset: dataset.id)
    let ars = sheet.columns([ScoreName.ars] + ScoreName.arsAttacks.map(ScoreName.arsComponent), dataset: dataset.id)
    let natural = sheet.columns(HTMLReport.naturalRetrieval, dataset: dataset.id)
    guard ers.count > 1 || ars.count > 1 || natural.count > 2 else { return nil }
    return tag("div", ["class": "part"]) {
      tag("h3") { dataset.title }
      if ers.count > 1 {
        matrix("Components of ERS at \(ers[0].condition)", ers)
        let subjects = sheet.subjects(in: ers)
        tag("details", ["open": subjects.count <= 9 ? "" : nil]) {
          tag("summary") { "Components of ERS, subject by subject" }
          tag("div", ["class": "charts"]) { for subject in subjects { bars(subject, ers) } }
        }
      }
      if ars.count > 1 { matrix("ARS at \(ars[0].condition)", ars) }
      if natural.count > 2 { matrix("Natural retrieval", natural) }
    }
  }

  private func matrix(_ caption: String, _ columns: [ScoreSheet.Column]) -> Markup {
    table(caption) {
      tag("thead") {
        tag("tr") {
          tag("th", ["scope": "col", "class": "corner"]) { sortButton("Subject") }
          for column in columns {
            tag("th", ["class": "n", "scope": "col", "title": column.definition]) { sortButton(short(column)) }
          }
        }
      }
      tag("tbody") {
        for subject in sheet.subjects(in: columns) {
          tag("tr") {
            subjectHeading(subject)
            for column in columns { cell(subject, column) }
          }
        }
      }
    }
  }

  private func bars(_ subject: RunRecord.Subject, _ columns: [ScoreSheet.Column]) -> Markup {
    let rows = columns.dropFirst().compactMap { column in
      sheet.score(subject.id, column).map {
        BarChart.Row(label: short(column), value: $0.value, interval: $0.interval)
      }
    }
    let total = columns.first.flatMap { sheet.score(subject.id, $0) }.map { Format.value($0.value, $0.unit) }
    let collapsed = sheet.isCollapsed(subject.id, dataset: columns[0].dataset) ? " · collapsed" : ""
    return figure(
      "\(subject.title) · ERS \(total ?? Format.missing)\(collapsed)",
      BarChart(title: "Components of ERS of \(subject.title)", series: series(of: subject.id), rows: rows).drawing)
  }

  private func short(_ column: ScoreSheet.Column) -> String {
    guard let colon = column.name.firstIndex(of: ":") else { return column.heading }
    let name = column.name[column.name.index(after: colon)...]
    switch name {
    case "ca-": return "CA−"
    case "qa-": return "QA−"
    case "es-d": return "ES:D"
    case "es-r": return "ES:R"
    default: return name.uppercased()
    }
  }
}
