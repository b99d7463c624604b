internal import GauntletKit
internal import Results
internal import Statistics

/// Turns the tables of a plan's cells into scores with intervals, each with its definition.
struct ScoreBuilder {
  let plan: Plan
  let tables: [Plan.Cell.Key: CellTable]
  /// What is proved; of attacks, and, without one, radii.
  let certificates: [Plan.Cell.Key: CellTable]
  /// Of natural cells: what votes under noise prove.
  let votes: [Plan.Cell.Key: CellTable]
  /// A number of a whole cell: its name, the cell's id.
  let value: (_ name: String, _ cell: String) throws -> Double?

  func scores() throws -> [RunRecord.Score] {
    try pairs.flatMap { subject, dataset in try scores(subject, dataset).map(\.record) }
  }

  /// What the scores are made of, sample by sample.
  func samples() throws -> [SampleRecord.Table] {
    try pairs.compactMap { subject, dataset in
      guard let natural = table(subject, dataset, nil) else { return nil }
      return sampleTable(natural, try scores(subject, dataset))
    }
  }

  private func scores(_ subject: String, _ dataset: String) throws -> [BuiltScore] {
    guard let natural = table(subject, dataset, nil) else { return [] }
    return switch natural.cell.task {
    case .twoAlternative: twoAlternative(natural) + (try certifiedTwoAlternative(natural))
    case .retrieval: try retrieval(natural) + certifiedRetrieval(natural)
    }
  }

  var pairs: [(subject: String, dataset: String)] {
    plan.suite.subjects.flatMap { subject in plan.suite.datasets.map { (subject.key, $0.key) } }
  }

  /// The table of a cell that has all of its rows.
  func table(_ subject: String, _ dataset: String, _ attack: String?) -> CellTable? {
    guard let table = tables[Plan.Cell.Key(subject: subject, dataset: dataset, attack: attack)],
      table.rows.count == table.cell.samples.count, !table.rows.isEmpty
    else { return nil }
    return table
  }

  /// The certificate's table, if it has a row for every sample.
  func certificate(_ natural: CellTable, _ attack: String?) -> CellTable? {
    let key = Plan.Cell.Key(subject: natural.cell.subject.key, dataset: natural.cell.dataset.key, attack: attack)
    return certificates[key].flatMap { $0.rows.count == natural.rows.count ? $0 : nil }
  }

  func attacked(_ natural: CellTable) -> [CellTable] {
    plan.suite.attacks.compactMap { table(natural.cell.subject.key, natural.cell.dataset.key, $0.key) }
  }

  func score(
    _ natural: CellTable, _ name: String, _ title: String, _ estimate: @autoclosure @escaping () -> Estimate,
    unit: RunRecord.Unit = .percent, attack: CellTable? = nil, threat: ThreatModel? = nil, definition: String,
    higherIsBetter: Bool = true, from columns: [SampleColumn], _ combination: SampleRecord.Score.Combination = .mean
  ) -> BuiltScore {
    BuiltScore(
      subject: natural.cell.subject.key, dataset: natural.cell.dataset.key, attack: attack?.cell.attack?.key,
      threat: (threat ?? attack?.cell.attack?.attack.threat).map { RunRecord.Threat($0) }, name: name, title: title,
      unit: unit, definition: definition, higherIsBetter: higherIsBetter, columns: columns, combination: combination,
      estimate: estimate)
  }

  // MARK: Two alternatives

  private func twoAlternative(_ natural: CellTable) -> [BuiltScore] {
    let definition =
      "share of triplets whose truth the metric tells, in percent; ½ where it sees no difference, and the "
      + "share of votes where people disagree"
    var scores = [
      score(
        natural, ScoreName.twoAlternativeNatural, "2AFC", share(natural, natural.before("correct")),
        definition: "2AFC: \(definition).", from: [natural.column("correct", .before)])
    ]
    for table in decided(natural) {
      scores.append(
        score(
          natural, ScoreName.twoAlternativeEmpirical, "2AFC under attack", share(table, table.after("correct")),
          attack: table,
          definition: "2AFC under attack: \(definition), on the worst images found inside the threat model.",
          from: [table.column("correct", .after)]))
    }
    return scores + outsideOfTheScore(natural)
  }

  /// Attacks on the answers to two-alternative questions; the others measure something else.
  func decided(_ natural: CellTable) -> [CellTable] {
    attacked(natural).filter { table in table.definitions.contains { $0.name == "correct" } }
  }

  /// The mean of percentages: Wilson's interval where each is 0 or 100, a bootstrap elsewhere.
  func share(_ table: CellTable, _ percentages: [Double]) -> Estimate {
    guard percentages.allSatisfy({ $0 == 0 || $0 == 100 }) else {
      return table.bootstrap(seed: plan.suite.seed).mean(of: percentages)
    }
    let count = percentages.count
    let successes = percentages.count { $0 == 100 }
    return Estimate(
      value: 100 * Double(successes) / Double(count),
      interval: Proportion.wilson(successes: Double(successes), of: count).scaled(by: 100), n: count)
  }

  // MARK: Retrieval

  private func retrieval(_ natural: CellTable) throws -> [BuiltScore] {
    var scores = NaturalMeasures.of(.retrieval).map { measure in
      score(
        natural, measure.name, NaturalMeasures.title(of: measure.name), share(natural, natural.before(measure.name)),
        definition: "\(NaturalMeasures.title(of: measure.name)): \(measure.definition)",
        from: [natural.column(measure.name, .before)])
    }
    if let nmi = try value("nmi", natural.cell.id) {
      let low = try value("nmi-low", natural.cell.id) ?? .nan
      let high = try value("nmi-high", natural.cell.id) ?? .nan
      // Images that a resample repeats always agree with themselves: they raise NMI, so only the spread is taken over.
      let interval = Interval(low: low, high: high, level: 0.95, method: .bootstrapPercentile).centred(on: nmi)
      let images = (natural.cell.dataset.dataset as? any RetrievalDataset)?.labels(.test).count ?? 0
      scores.append(
        score(
          natural, ScoreName.nmi, "NMI", Estimate(value: nmi, interval: interval, n: images),
          definition:
            "NMI: 2·I(classes; clusters)/(H(classes) + H(clusters)) of a k-means clustering of the test split's "
            + "embeddings, k the number of classes, in percent; the interval has the spread of resampled images, the clustering kept.",
          from: []))
    }
    let protocols = AttackProtocol.among(attacked(natural))
    for one in protocols { scores += robustness(natural, one) }
    return scores + strongest(natural, protocols) + outsideOfTheScore(natural)
  }

  /// What attacks that are no part of ERS or 2AFC measure, one score a measure.
  private func outsideOfTheScore(_ natural: CellTable) -> [BuiltScore] {
    attacked(natural).filter { table in
      table.definitions.allSatisfy { $0.component == nil && $0.name != "correct" && $0.name != "margin" }
    }.flatMap { table in
      table.definitions.map { measure in
        let card = table.cell.attack?.attack.card
        let title = NaturalMeasures.title(of: measure.name)
        return score(
          natural, ScoreName.measure(measure.name, of: card?.id ?? ""), "\(card?.title ?? ""), \(title)",
          table.bootstrap(seed: plan.suite.seed).mean(of: table.after(measure.name)),
          unit: NaturalMeasures.unit(of: measure.name), attack: table, definition: measure.definition,
          higherIsBetter: measure.adversaryWants == .lower, from: [table.column(measure.name, .after)])
      }
    }
  }

  /// ERS and ARS with their components, as far as the attacks of the protocol give them.
  private func robustness(_ natural: CellTable, _ group: AttackProtocol) -> [BuiltScore] {
    let (columns, threat) = (group.columns, group.threat)
    var scores: [BuiltScore] = []
    let bootstrap = natural.bootstrap(seed: plan.suite.seed)
    for component in ERSComponent.allCases {
      guard let column = columns[component] else { continue }
      scores.append(
        score(
          natural, ScoreName.ersComponent(component.rawValue), component.title,
          bootstrap.mean(of: column.after.map { EmpiricalRobustnessScore.component(component, raw: $0) }),
          attack: column.table,
          definition: "\(component.title): \(component.definition)", from: [column.scored(component, .after)]))
      guard AdversarialResistanceScore.components.contains(component) else { continue }
      scores.append(
        score(
          natural, ScoreName.arsComponent(component.rawValue), "ARS \(component.title)",
          bootstrap.means(of: SampleTable(columns: [column.before, column.after])) { means in
            AdversarialResistanceScore.component(component, before: [means[0]], after: [means[1]]) ?? .nan
          }, attack: column.table,
          definition:
            "ARS(\(component.title)) = (1 − |change achieved| / |change wanted|)·100, of the means over the samples.",
          from: [column.scored(component, .before), column.scored(component, .after)], .ratio))
    }
    let complete = ERSComponent.allCases.allSatisfy { columns[$0] != nil }
    if complete {
      let afters = ERSComponent.allCases.map { component in
        (columns[component]?.after ?? []).map { EmpiricalRobustnessScore.component(component, raw: $0) }
      }
      scores.append(
        score(
          natural, group.named(ScoreName.ers), group.titled("ERS"),
          bootstrap.means(of: SampleTable(columns: afters)) { $0.reduce(0, +) / Double($0.count) }, threat: threat,
          definition: ERSComponent.scoreDefinition,
          from: ERSComponent.allCases.compactMap { columns[$0]?.scored($0, .after) }))
      scores.append(averageResistance(natural, group, bootstrap))
    }
    scores += worstRecall(natural, group)
    return scores
  }

  private func averageResistance(
    _ natural: CellTable, _ group: AttackProtocol, _ bootstrap: Bootstrap
  ) -> BuiltScore {
    let columns = group.columns
    let components = AdversarialResistanceScore.components
    let values = components.flatMap { [columns[$0]?.before ?? [], columns[$0]?.after ?? []] }
    return score(
      natural, group.named(ScoreName.ars), group.titled("ARS"),
      bootstrap.means(of: SampleTable(columns: values)) { means in
        let parts = components.indices.map { i in
          AdversarialResistanceScore.component(components[i], before: [means[2 * i]], after: [means[2 * i + 1]]) ?? .nan
        }
        return parts.reduce(0, +) / Double(parts.count)
      }, threat: group.threat, definition: ERSComponent.resistanceDefinition,
      from: components.flatMap { one in [.before, .after].compactMap { columns[one]?.scored(one, $0) } }, .ratio)
  }

  /// R@1 of the query attacks taken together: a query counts only if it holds against each of them.
  private func worstRecall(_ natural: CellTable, _ group: AttackProtocol) -> [BuiltScore] {
    let attacks = [ERSComponent.esRecall, .ltm, .gtm].compactMap { group.columns[$0]?.after }
    guard let first = attacks.first else { return [] }
    let worst = first.indices.map { i in attacks.reduce(100) { min($0, $1[i]) } }
    return [
      score(
        natural, group.named(ScoreName.recallEmpirical), group.titled("R@1 under attack"), share(natural, worst),
        threat: group.threat,
        definition:
          "R@1 under attack: share of queries whose first answer is right on the clean image and after each of "
          + "ES, LTM and GTM that was run, in percent.",
        from: [
          // The threat model too: at several radii there are several of them.
          SampleColumn(
            name: "\(group.named(ScoreName.recallEmpirical)) \(group.threat.norm.rawValue) \(group.threat.epsilonText)",
            values: worst)
        ])
    ]
  }

  // MARK: Warnings

  /// What a reader must know before believing a score.
  func warnings() throws -> [RunRecord.Warning] {
    var warnings: [RunRecord.Warning] = []
    for (subject, dataset) in pairs {
      guard let natural = table(subject, dataset, nil), natural.cell.task == .retrieval else { continue }
      guard let meanDistance = try value("mean-distance", natural.cell.id),
        let meanCosine = try value("mean-cosine", natural.cell.id),
        let chanceLimit = try value("chance-limit", natural.cell.id)
      else { continue }
      let recall = share(natural, natural.before("recall@1")).value
      var reasons: [String] = []
      if !(meanDistance >= 0.05) { reasons.append("embeddings are \(rounded(meanDistance)) apart in the mean") }
      if !(meanCosine <= 0.99) { reasons.append("the mean cosine of two images is \(rounded(meanCosine))") }
      if !(recall > 100 * chanceLimit) { reasons.append("R@1, \(rounded(recall)) percent, is within chance") }
      if !reasons.isEmpty {
        warnings.append(
          RunRecord.Warning(
            severity: .caution, code: "collapsed",
            text: "\(subject) on \(dataset) has collapsed: \(reasons.joined(separator: "; ")). ERS says nothing of a "
              + "collapsed model.", subject: subject, dataset: dataset))
      }
    }
    return warnings
  }

  private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
