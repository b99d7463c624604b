internal import Results

extension HTMLReport {
  /// Where the samples were before the attack of the headline, and where it left them: margins of triplets,
  /// similarities of pairs, shifts of embeddings.
  var distributions: Section? {
    guard let samples else { return nil }
    let groups = record.datasets.compactMap { dataset -> (title: String, note: String, charts: [Markup])? in
      let tables = samples.tables.filter { $0.dataset == dataset.id && record.subject($0.subject) != nil }
      let margin = marginAttack(dataset.id)
      let margins = tables.compactMap { margin.flatMap(marginChart($0)) }
      let cosines = tables.compactMap(cosineChart)
      guard !margins.isEmpty || !cosines.isEmpty else { return nil }
      let notes = [
        margins.isEmpty
          ? nil : "Margin: how much farther the other candidate is than the right one; below 0 the answer is wrong.",
        cosines.isEmpty ? nil : "Cosine similarity of a query and an unrelated image, which the attack raises.",
      ]
      return (dataset.title, notes.compactMap(\.self).joined(separator: " "), margins + cosines)
    }
    guard !groups.isEmpty else { return nil }
    return Section(
      "distributions", "Distances, natural and attacked",
      lead: "Shares of the samples, in percent. Outlined: as they are. Filled: under attack."
    ) {
      for group in groups {
        tag("h3") { group.title }
        tag("p", ["class": "lead"]) { group.note }
        tag("div", ["class": "charts"]) { for chart in group.charts { chart } }
      }
    }
  }

  /// The attack of the headline's 2AFC.
  private func marginAttack(_ dataset: String) -> RunRecord.Attack? {
    sheet.columns([ScoreName.twoAlternativeEmpirical], dataset: dataset).first?.attack.flatMap(record.attack)
  }

  private func marginChart(_ table: SampleRecord.Table) -> (RunRecord.Attack) -> Markup? {
    { attack in
      guard let before = table.columns["margin"], let after = table.columns["\(attack.id) margin after"] else {
        return nil
      }
      let wrong = [before, after].map { $0.count { $0 < 0 } }
      return self.chart(
        table, before, after, edge: 0, xLabel: "margin",
        note: "\(Format.threat(attack.threat)); \(wrong[0]) of \(before.count) wrong, attacked \(wrong[1])")
    }
  }

  private func cosineChart(_ table: SampleRecord.Table) -> Markup? {
    for attack in record.attacks {
      if let before = table.columns["\(attack.id) cosine before"],
        let after = table.columns["\(attack.id) cosine after"]
      {
        return chart(
          table, before, after, edge: nil, xLabel: "cosine", note: "\(attack.title), \(Format.threat(attack.threat))")
      }
    }
    return nil
  }

  private func chart(
    _ table: SampleRecord.Table, _ before: [Double], _ after: [Double], edge: Double?, xLabel: String, note: String
  ) -> Markup {
    let title = record.subject(table.subject)?.title ?? table.subject
    return figure(
      title, note: note,
      HistogramChart(
        title: title, series: series(of: table.subject), before: before, after: after, edge: edge, xLabel: xLabel
      ).drawing)
  }
}
