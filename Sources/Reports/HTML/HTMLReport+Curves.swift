internal import Results

extension HTMLReport {
  /// Scores against ε, where a subject was attacked at several.
  var curves: Section? {
    let charts = securityCurves
    guard !charts.isEmpty else { return nil }
    let shown = record.subjects.filter { subject in charts.contains { $0.subjects.contains(subject.id) } }
    return Section(
      "curves", "Robustness against ε",
      lead: "A curve should not rise: an attack with more room can do what it did with less. Bands are intervals."
    ) {
      legend(shown)
      tag("div", ["class": "charts"]) { for chart in charts { figure(chart.caption, chart.chart.drawing) } }
    }
  }

  private struct Curve {
    let caption: String
    let subjects: Set<String>
    let chart: LineChart
  }

  private struct CurveKey: Hashable {
    let dataset: String
    let name: String
    let plugin: String?
    let norm: String
    /// "#2": attacks of one name and threat model differ in something else, and have curves of their own.
    let variant: String
  }

  private var securityCurves: [Curve] {
    var order: [CurveKey] = []
    var families: [CurveKey: [RunRecord.Score]] = [:]
    // What is proved has charts of its own, beside what was found.
    let isProved = record.certificates != nil
    for score in record.scores {
      guard let threat = score.threat, score.value.isFinite,
        !isProved || !(score.name.contains("-certified") || score.name == ScoreName.twoAlternativeUndecided)
      else { continue }
      let key = CurveKey(
        dataset: score.dataset, name: score.name, plugin: score.attack.flatMap { record.attack($0)?.plugin },
        norm: threat.norm, variant: variant(score.attack) + (threat.moved.map { " (\($0) moved)" } ?? ""))
      if families[key] == nil { order.append(key) }
      families[key, default: []].append(score)
    }
    // Components have their tables; twenty small curves would drown the four that matter. Where no sum of them was taken at
    // several radii, they are what there is.
    let sums = order.filter { isSum($0.name) }.compactMap { curve($0, families[$0] ?? []) }
    return sums
      + order.filter { key in
        !isSum(key.name) && !order.contains { $0.dataset == key.dataset && $0.name == ScoreName.ers }
          && !key.name.hasPrefix("ars:")
      }.compactMap { curve($0, families[$0] ?? []) }
  }

  private func isSum(_ name: String) -> Bool { !name.contains(":") }

  private func variant(_ attack: String?) -> String {
    attack.flatMap { id in id.lastIndex(of: "#").map { String(id[$0...]) } } ?? ""
  }

  private func curve(_ key: CurveKey, _ scores: [RunRecord.Score]) -> Curve? {
    guard let first = scores.first else { return nil }
    var ticks: [Double: String] = [:]
    var subjects = Set<String>()
    var lines: [LineChart.Line] = []
    for subject in record.subjects {
      let own = scores.filter { $0.subject == subject.id }
      var points: [Double: LineChart.Point] = [:]
      for score in own {
        guard let threat = score.threat else { continue }
        ticks[threat.epsilon] = threat.text
        points[threat.epsilon] = point(threat.epsilon, score)
      }
      guard points.count > 1 else { continue }
      if points[0] == nil, let natural = naturalCounterpart(key, subject.id) {
        points[0] = point(0, natural)
        ticks[0] = "0"
      }
      subjects.insert(subject.id)
      let sorted = points.sorted { $0.key < $1.key }.map(\.value)
      lines.append(LineChart.Line(label: subject.title, series: series(of: subject.id), points: sorted))
    }
    guard !lines.isEmpty else { return nil }
    let dataset = record.dataset(key.dataset)?.title ?? key.dataset
    let variant = key.variant.isEmpty ? "" : " \(key.variant)"
    let caption = "\(first.title)\(variant), \(Format.norm(key.norm)) · \(dataset)"
    let chart = LineChart(
      title: caption, lines: lines, xTicks: ticks.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      xLabel: "ε (\(Format.norm(key.norm)))", unit: first.unit, yRange: first.unit == .percent ? 0...100 : nil)
    return Curve(caption: caption, subjects: subjects, chart: chart)
  }

  private func point(_ x: Double, _ score: RunRecord.Score) -> LineChart.Point {
    LineChart.Point(x: x, y: score.value, low: score.interval?.low, high: score.interval?.high)
  }

  /// The score of the same question without an attack: the curve's point at ε = 0.
  private func naturalCounterpart(_ key: CurveKey, _ subject: String) -> RunRecord.Score? {
    let name =
      switch key.name {
      case ScoreName.twoAlternativeEmpirical, ScoreName.twoAlternativeCertified: ScoreName.twoAlternativeNatural
      case ScoreName.recallEmpirical: ScoreName.recall(at: 1)
      default: key.name
      }
    return record.scores.first {
      $0.name == name && $0.subject == subject && $0.dataset == key.dataset && $0.threat == nil && $0.attack == nil
        && $0.value.isFinite
    }
  }
}
