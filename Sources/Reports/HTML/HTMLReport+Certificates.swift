internal import Results

extension HTMLReport {
  /// What is proved beside what was found: a subject's certified score over the radius, and its score under the attacks of
  /// that radius. What lies between the two curves, nobody knows.
  var certificates: Section? {
    guard let asked = record.certificates, !asked.isEmpty else { return nil }
    let proved = asked.filter { !$0.curves.isEmpty }
    let unproved = asked.filter { $0.curves.isEmpty }
    return Section(
      "certificates", "What is proved",
      lead:
        "Dotted: the score that is proved to stay when images move by a radius in ℓ2. Solid: the score under the attacks "
        + "that were run. The shaded area between them is undecided. A certificate is a proof about real numbers; rounding "
        + "is taken off."
    ) {
      if !proved.isEmpty {
        tag("div", ["class": "charts"]) { for one in proved where isVisible(one) { chart(of: one) } }
        certifiedScores(proved)
      }
      if !unproved.isEmpty {
        tag("p", ["class": "lead"]) {
          "Nothing is proved of "
            + unproved.map { "\(title($0.subject)) on \(record.dataset($0.dataset)?.title ?? $0.dataset)" }
            .joined(separator: ", ") + ": no finite Lipschitz constant is known."
        }
      }
    }
  }

  /// Whether the certified curve leaves the axis of what was asked: where a constant is huge, the table says enough.
  private func isVisible(_ certificate: RunRecord.Certificate) -> Bool {
    (certificate.curves[0].points.last?.radius ?? 0) > 0.02 * largestRadius(certificate)
  }

  /// Of the attacks and certificates of the pair.
  private func largestRadius(_ certificate: RunRecord.Certificate) -> Double {
    record.scores.reduce(0) { most, score in
      guard score.subject == certificate.subject, score.dataset == certificate.dataset, let threat = score.threat,
        threat.norm == "l2"
      else { return most }
      return max(most, threat.epsilon)
    }
  }

  private func title(_ subject: String) -> String { record.subject(subject)?.title ?? subject }

  private func chart(of certificate: RunRecord.Certificate) -> Markup {
    let place = series(of: certificate.subject)
    let end = 1.25 * largestRadius(certificate)
    let certified = certificate.curves[0].points.filter { $0.radius <= end || end == 0 }.map {
      LineChart.Point(x: $0.radius, y: $0.value, low: $0.interval?.low, high: $0.interval?.high)
    }
    let attacked = attackedPoints(certificate)
    var lines = [LineChart.Line(label: "certified", series: place, points: certified, marks: false, dash: "2 3")]
    if attacked.count > 1 { lines.append(LineChart.Line(label: "attacked", series: place, points: attacked, dash: "")) }
    let dataset = record.dataset(certificate.dataset)?.title ?? certificate.dataset
    let caption = "\(title(certificate.subject)) · \(dataset)"
    var chart = LineChart(
      title: caption, lines: lines, xTicks: nil, xLabel: "ε (ℓ2), \(certificate.curves[0].moved) moved", unit: .percent,
      yRange: 0...100)
    chart.area = undecided(between: certified, and: attacked)
    return figure(caption, chart.drawing)
  }

  /// The natural score, and the lowest of all attacks of each ℓ2 radius.
  private func attackedPoints(_ certificate: RunRecord.Certificate) -> [LineChart.Point] {
    let own = record.scores.filter {
      $0.subject == certificate.subject && $0.dataset == certificate.dataset && $0.value.isFinite
    }
    let natural = own.first {
      $0.threat == nil && ($0.name == ScoreName.twoAlternativeNatural || $0.name == ScoreName.recall(at: 1))
    }
    var points: [Double: LineChart.Point] = [:]
    if let natural { points[0] = LineChart.Point(x: 0, y: natural.value, low: nil, high: nil) }
    for score in own {
      let isAttacked =
        score.name == ScoreName.twoAlternativeEmpirical || score.name.hasPrefix(ScoreName.recallEmpirical)
      guard isAttacked, let threat = score.threat, threat.norm == "l2" else { continue }
      if let known = points[threat.epsilon], known.y <= score.value { continue }
      points[threat.epsilon] = LineChart.Point(
        x: threat.epsilon, y: score.value, low: score.interval?.low, high: score.interval?.high)
    }
    return points.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The area between two curves, as far as both go.
  private func undecided(between lower: [LineChart.Point], and upper: [LineChart.Point]) -> [LineChart.Point] {
    guard lower.count > 1, upper.count > 1, let end = [lower.last?.x, upper.last?.x].compactMap(\.self).min() else {
      return []
    }
    let places = Set((lower + upper).map(\.x)).filter { $0 <= end }.sorted()
    return places.map { x in
      LineChart.Point(x: x, y: 0, low: value(of: lower, at: x), high: value(of: upper, at: x))
    }
  }

  private func value(of points: [LineChart.Point], at x: Double) -> Double {
    guard let next = points.firstIndex(where: { $0.x >= x }) else { return points[points.count - 1].y }
    guard next > 0, points[next].x > x else { return points[next].y }
    let (a, b) = (points[next - 1], points[next])
    return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)
  }
}
