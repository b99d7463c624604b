internal import GauntletKit
internal import Results
internal import Statistics

// What is proved of a subject, as scores.
extension ScoreBuilder {
  // MARK: Two alternatives

  /// Certified 2AFC at the suite's radii, and at the threat model of every attack with the share that stays undecided.
  func certifiedTwoAlternative(_ natural: CellTable) throws -> [BuiltScore] {
    var scores: [BuiltScore] = []
    if let radii = certificate(natural, nil), let wanted = plan.suite.certification?.radii {
      // The published formula takes the constant to be 1, and is about such networks alone.
      let isUnit = try value(Runner.lipschitzConstant, radii.cell.id) == 1
      for kind in Self.kinds where isUnit || kind.label != "published" {
        for radius in wanted {
          let name =
            kind.label.isEmpty
            ? ScoreName.twoAlternativeCertified : "\(ScoreName.twoAlternativeCertified)@\(kind.label)"
          let threat = ThreatModel(norm: .l2, epsilon: radius.value, epsilonText: radius.text)
          let values = Self.kept(natural.before("correct"), radii.before(kind.measure), beyond: radius.value)
          scores.append(
            score(
              natural, name, kind.title, share(natural, values), threat: threat, definition: kind.definition,
              from: [SampleColumn(name: "\(name) \(radius.text)", values: values)]))
        }
      }
    }
    scores += voted(natural)
    for table in attacked(natural) {
      guard let bound = certificate(natural, table.cell.attack?.key) else { continue }
      guard table.definitions.contains(where: { $0.name == "correct" }) else {
        scores += bounds(natural, table, bound)
        continue
      }
      let certified = bound.after("correct")
      scores.append(
        score(
          natural, ScoreName.twoAlternativeCertified, "certified 2AFC", share(bound, certified), attack: table,
          definition:
            "certified 2AFC: the 2AFC credit, in percent, that no images inside the threat model can "
            + "take away.", from: [bound.column("correct", .after)]))
      let undecided = zip(table.after("correct"), certified).map { $0 > $1 ? 100.0 : 0 }
      let name = ScoreName.twoAlternativeUndecided
      scores.append(
        score(
          natural, name, "undecided", share(table, undecided), attack: table,
          definition:
            "undecided: share of triplets, in percent, that the attack did not break and no certificate covers.",
          higherIsBetter: false,
          from: [SampleColumn(name: "\(table.cell.attack?.key ?? "") \(name)", values: undecided)]))
    }
    return scores
  }

  /// What an attack measures beside answers, at the worst that cannot be excluded.
  private func bounds(_ natural: CellTable, _ table: CellTable, _ bound: CellTable) -> [BuiltScore] {
    let card = table.cell.attack?.attack.card
    return bound.definitions.map { measure in
      score(
        natural, ScoreName.certified(ScoreName.measure(measure.name, of: card?.id ?? "")),
        "\(card?.title ?? ""), \(NaturalMeasures.title(of: measure.name)), certified",
        bound.bootstrap(seed: plan.suite.seed).mean(of: bound.after(measure.name)),
        unit: NaturalMeasures.unit(of: measure.name), attack: table,
        definition: "\(measure.definition). Here at the worst that cannot be excluded.",
        higherIsBetter: measure.adversaryWants == .lower, from: [bound.column(measure.name, .after)])
    }
  }

  private struct Kind {
    let label: String
    let measure: String
    let title: String
    let definition: String
  }

  private static let kinds: [Kind] =
    MovedImages.allCases.map { moved in
      let what =
        switch moved {
        case .reference: "the reference moves"
        case .nearer: "the candidate that the metric puts nearer moves"
        case .farther: "the candidate that the metric puts farther moves"
        case .candidates: "both candidates move"
        case .all: "all three images move"
        }
      let isDefault = moved == .reference
      return Kind(
        label: isDefault ? "" : moved.rawValue, measure: CertifiedRadii.name(moved),
        title: isDefault ? "certified 2AFC" : "certified 2AFC, \(moved == .all ? "all images" : moved.rawValue) moved",
        definition:
          "certified 2AFC: the 2AFC credit, in percent, that is proved to stay when \(what), each by at most the "
          + "radius in l2; the proof holds in real numbers, and rounding is taken off.")
    } + [
      Kind(
        label: "published", measure: CertifiedRadii.published, title: "2AFC by LipSim's published radius",
        definition:
          "LipSim's published formula, |d0 - d1| / ||f0 - f1|| > radius: comparable to published tables. It is no "
          + "certificate: it fails where the reference's embedding is shorter than the Lipschitz constant.")
    ]

  // MARK: Retrieval

  func certifiedRetrieval(_ natural: CellTable) -> [BuiltScore] {
    var scores: [BuiltScore] = []
    if let radii = certificate(natural, nil), let wanted = plan.suite.certification?.radii {
      for radius in wanted {
        let values = radii.before(CertifiedRadii.recall).map { $0 > radius.value ? 100.0 : 0 }
        scores.append(
          score(
            natural, ScoreName.recallCertified, "certified R@1", share(natural, values),
            threat: ThreatModel(norm: .l2, epsilon: radius.value, epsilonText: radius.text),
            definition:
              "certified R@1: share of queries, in percent, that are proved to keep an item of their class in first "
              + "place when the query moves by at most the radius in l2.",
            from: [SampleColumn(name: "\(ScoreName.recallCertified) \(radius.text)", values: values)]))
      }
    }
    let tables = attacked(natural).compactMap { certificate(natural, $0.cell.attack?.key) }
    // Bounds know nothing of searches: one protocol of a threat model stands for all.
    for one in AttackProtocol.among(tables) where one.label.isEmpty { scores += certifiedRobustness(natural, one) }
    return scores
  }

  /// ERS and ARS with the worst value that cannot be excluded in place of what an attack found.
  private func certifiedRobustness(_ natural: CellTable, _ group: AttackProtocol) -> [BuiltScore] {
    let bootstrap = natural.bootstrap(seed: plan.suite.seed)
    var scores: [BuiltScore] = []
    var columns: [SampleColumn] = []
    for component in ERSComponent.allCases {
      guard let column = group.columns[component] else { continue }
      let values = column.scored(component, .after)
      columns.append(values)
      scores.append(
        score(
          natural, ScoreName.certified(ScoreName.ersComponent(component.rawValue)), "\(component.title), certified",
          bootstrap.mean(of: values.values), attack: column.table,
          definition: "\(component.title): \(component.definition) Here at the worst that cannot be excluded.",
          from: [values]))
    }
    guard columns.count == ERSComponent.allCases.count else { return scores }
    scores.append(
      score(
        natural, ScoreName.certified(ScoreName.ers), "certified ERS",
        bootstrap.means(of: SampleTable(columns: columns.map(\.values))) { $0.reduce(0, +) / Double($0.count) },
        threat: group.threat,
        definition:
          "\(ERSComponent.scoreDefinition) Here every component at the worst that cannot be excluded: no attack "
          + "within the threat model gives a lower ERS.", from: columns))
    return scores
  }

  // MARK: Curves

  /// One record a subject and dataset that a certificate was asked for.
  func certificateRecords() throws -> [RunRecord.Certificate]? {
    let asked = plan.certificates.filter { $0.attack == nil && ($0.votes == nil || votes[$0.key] != nil) }
    guard !asked.isEmpty else { return nil }
    return try asked.map { one in
      let constant = try value(Runner.lipschitzConstant, one.id)
      var record = RunRecord.Certificate(
        subject: one.subject.key, dataset: one.dataset.key, lipschitz: constant, curves: [])
      if let asked = one.votes {
        guard let natural = table(one.subject.key, one.dataset.key, nil), let table = votes[one.key] else {
          return record
        }
        record.votes = RunRecord.Certificate.Votes(count: asked.count, alpha: asked.alpha)
        let (credits, own) = (table.before(VoteRun.credit), table.before(VoteRun.radius))
        record.curves = [curve(natural, "reference", own) { Self.kept(credits, own, beyond: $0) }]
        return record
      }
      guard let natural = table(one.subject.key, one.dataset.key, nil), let radii = certificate(natural, nil) else {
        return record
      }
      switch one.task {
      case .twoAlternative:
        record.curves = MovedImages.allCases.map { moved in
          let own = radii.before(CertifiedRadii.name(moved))
          return curve(natural, moved.rawValue, own) { Self.kept(natural.before("correct"), own, beyond: $0) }
        }
      case .retrieval:
        let own = radii.before(CertifiedRadii.recall)
        record.curves = [curve(natural, "query", own) { radius in own.map { $0 > radius ? 100 : 0 } }]
      }
      return record
    }
  }

  /// The certified score at 0 and at forty radii up to the one that a fiftieth of the samples reach.
  private func curve(
    _ natural: CellTable, _ moved: String, _ radii: [Double], _ values: (Double) -> [Double]
  ) -> RunRecord.Certificate.Curve {
    let sorted = radii.sorted()
    let last = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 98 / 100)]
    let places = last > 0 ? (0...40).map { last * Double($0) / 40 } : [0]
    return RunRecord.Certificate.Curve(
      moved: moved,
      points: places.map { place in
        let estimate = share(natural, values(place))
        return RunRecord.Certificate.Point(
          radius: place, value: estimate.value, interval: RunRecord.Interval(estimate.interval))
      })
  }
}
