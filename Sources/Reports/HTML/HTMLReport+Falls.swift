internal import Results

extension HTMLReport {
  /// From the natural score to the score under attack, subject by subject: 2AFC, and R@1.
  var falls: Markup {
    let charts = sheet.groups.flatMap { [twoAlternativeFall($0), recallFall($0)].compactMap { $0 } }
    return tag("div", ["class": "charts wide"]) { for chart in charts { chart } }
  }

  private func twoAlternativeFall(_ group: ScoreSheet.Group) -> Markup? {
    guard let natural = group.columns.first(where: { $0.name == ScoreName.twoAlternativeNatural }),
      let attacked = group.columns.first(where: { $0.name == ScoreName.twoAlternativeEmpirical })
    else { return nil }
    let rows = record.subjects.compactMap { row($0, sheet.score($0.id, natural), sheet.score($0.id, attacked)) }
    return chart(
      "2AFC on \(group.dataset.title): natural to attacked", "\(attacked.condition); chance is 50", rows, chance: 50)
  }

  /// R@1 has no single attack: where no score sums them up, the lowest of ES:R, LTM and GTM stands for them.
  private func recallFall(_ group: ScoreSheet.Group) -> Markup? {
    let summary = sheet.columns([ScoreName.recallEmpirical], dataset: group.dataset.id)
    let attacks = ["es-r", "ltm", "gtm"].map(ScoreName.ersComponent)
    let attacked = summary.isEmpty ? sheet.columns(attacks, dataset: group.dataset.id) : summary
    guard let natural = group.columns.first(where: { $0.name == ScoreName.recall(at: 1) }), let first = attacked.first
    else { return nil }
    let rows = record.subjects.compactMap { subject in
      let lowest = attacked.compactMap { sheet.score(subject.id, $0) }.filter { !$0.value.isNaN }
        .min { $0.value < $1.value }
      return row(subject, sheet.score(subject.id, natural), lowest)
    }
    let what = summary.isEmpty ? "the lowest of ES:R, LTM and GTM" : "attacked"
    return chart("R@1 on \(group.dataset.title): natural to \(what)", first.condition, rows, chance: nil)
  }

  private func row(
    _ subject: RunRecord.Subject, _ before: RunRecord.Score?, _ after: RunRecord.Score?
  ) -> FallChart.Row? {
    guard let before, let after else { return nil }
    return FallChart.Row(
      label: subject.title, series: series(of: subject.id), before: before.value, after: after.value,
      beforeInterval: before.interval, afterInterval: after.interval)
  }

  private func chart(_ caption: String, _ condition: String, _ rows: [FallChart.Row], chance: Double?) -> Markup? {
    guard !rows.isEmpty else { return nil }
    return figure(caption, note: condition, FallChart(title: caption, rows: rows, chance: chance).drawing)
  }
}
