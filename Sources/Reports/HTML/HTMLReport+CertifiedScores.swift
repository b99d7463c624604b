internal import Results

extension HTMLReport {
  /// A row for every score that was certified of a subject, a column for every radius.
  func certifiedScores(_ certificates: [RunRecord.Certificate]) -> Markup {
    var radii: [RunRecord.Threat] = []
    var rows: [(certificate: RunRecord.Certificate, score: RunRecord.Score)] = []
    for certificate in certificates {
      for score in certified(certificate) {
        if let threat = score.threat, !radii.contains(where: { $0.epsilon == threat.epsilon }) { radii.append(threat) }
        if !rows.contains(where: { $0.score.isRow(of: score) }) { rows.append((certificate, score)) }
      }
    }
    radii.sort { $0.epsilon < $1.epsilon }
    let names = ["Subject", "Dataset", "Score"] + radii.map { Format.threat($0) } + ["Lipschitz constant"]
    let table = plainTable(
      "Certified scores by radius", names, numbers: Set(names.dropFirst(3)),
      rows.map { certificate, first in
        let values = radii.map { radius in
          cell(certified(certificate).first { $0.isRow(of: first) && $0.threat?.epsilon == radius.epsilon })
        }
        return [
          .text(record.subject(first.subject)?.title ?? first.subject),
          words(record.dataset(first.dataset)?.title ?? first.dataset),
          tag("td", ["title": first.definition]) { first.title },
        ] + values + [number(certificate.lipschitz, .plain)]
      })
    return tag("details", ["open": rows.count <= 24 ? "" : nil]) {
      tag("summary") { "Certified scores by radius" }
      table
    }
  }

  private func cell(_ score: RunRecord.Score?) -> Markup {
    guard let score else { return tag("td", ["class": "absent"]) { Format.missing } }
    return tag("td", ["class": "n", "data-v": sortable(score.value)]) {
      tag("b") { Format.value(score.value, score.unit) }
      if let interval = Format.interval(score.interval, score.unit) { tag("small") { interval } }
    }
  }

  /// Those of the certificate at radii of its own, not at an attack's.
  private func certified(_ certificate: RunRecord.Certificate) -> [RunRecord.Score] {
    let names = [ScoreName.twoAlternativeCertified, ScoreName.recallCertified]
    return record.scores.filter { score in
      score.subject == certificate.subject && score.dataset == certificate.dataset && score.attack == nil
        && names.contains { score.name == $0 || score.name.hasPrefix($0 + "@") }
    }
  }
}

extension RunRecord.Score {
  fileprivate func isRow(of other: RunRecord.Score) -> Bool {
    subject == other.subject && dataset == other.dataset && name == other.name
  }
}
