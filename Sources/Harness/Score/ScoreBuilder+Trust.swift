internal import GauntletKit
internal import Ledger
internal import Results
internal import Statistics

// What a reader must know before believing a robustness score; each warning's code is a heading of Documentation/Trust.md.
extension ScoreBuilder {
  func trustWarnings() throws -> [RunRecord.Warning] {
    try pairs.flatMap { subject, dataset -> [RunRecord.Warning] in
      guard let natural = table(subject, dataset, nil) else { return [] }
      let tables = attacked(natural)
      return try probeWarnings(natural) + tables.flatMap { warnings(of: $0) } + risingCurves(natural, tables)
    }
  }

  private func warning(_ flag: TrustFlag, _ natural: CellTable, _ text: String) -> RunRecord.Warning {
    let (subject, dataset) = (natural.cell.subject.key, natural.cell.dataset.key)
    return RunRecord.Warning(
      severity: .caution, code: flag.rawValue, text: "\(subject) on \(dataset): \(text) [\(flag.rawValue)]",
      subject: subject, dataset: dataset)
  }

  private func probeWarnings(_ natural: CellTable) throws -> [RunRecord.Warning] {
    func share(_ flag: TrustFlag) throws -> Double { try value(flag.rawValue, natural.cell.id) ?? 0 }
    var warnings: [RunRecord.Warning] = []
    if try share(.largeRadius) > 0.1 {
      warnings.append(
        warning(
          .largeRadius, natural,
          "\(percent(try share(.largeRadius))) of probed answers hold at an l-infinity radius of 128/255, where no picture "
            + "is left: the attacks do not see what they should, and scores under attack are too high"))
    }
    if try share(.notDeterministic) > 0 {
      warnings.append(
        warning(
          .notDeterministic, natural,
          "distances of one image differ from call to call: attack it with expectation over transformation"))
    }
    if try share(.softmaxScores) > 0.5 {
      warnings.append(
        warning(.softmaxScores, natural, "its scores look like probabilities; gradients vanish where they saturate"))
    }
    return warnings
  }

  private func warnings(of table: CellTable) -> [RunRecord.Warning] {
    let key = table.cell.attack?.key ?? ""
    let count = Double(table.rows.count)
    func share(_ flag: TrustFlag) -> Double { Double(table.rows.count { $0.flags.contains(flag.rawValue) }) / count }
    var warnings: [RunRecord.Warning] = []
    if share(.zeroGradient) >= 0.1 {
      warnings.append(
        warning(
          .zeroGradient, table,
          "\(percent(share(.zeroGradient))) of the samples that \(key) could not harm gave it no gradient to follow"))
    }
    if share(.badGradient) > 0 {
      warnings.append(
        warning(
          .badGradient, table,
          "\(key) met gradients that are not finite on \(percent(share(.badGradient))) of the samples"))
    }
    let byBlackBox = table.rows.count { row in
      row.stage.hasSuffix("/square") && (row.measures.first.map { $0.after ?? $0.before < $0.before } ?? false)
    }
    if Double(byBlackBox) / count > 0.002 {
      warnings.append(
        warning(
          .blackBoxWins, table,
          "the part of \(key) without gradients broke \(percent(Double(byBlackBox) / count)) of the samples that the parts "
            + "with gradients did not: gradients may be masked"))
    }
    let isStill = table.cell.attack?.attack.threat.epsilon == 0
    if isStill, table.rows.contains(where: { $0.measures.contains { $0.after != nil && $0.after != $0.before } }) {
      warnings.append(warning(.zeroRadius, table, "\(key) changed verdicts at a radius of 0"))
    }
    return warnings
  }

  /// Scores of one attack that rise by more than two points from one radius to a larger one.
  private func risingCurves(_ natural: CellTable, _ tables: [CellTable]) -> [RunRecord.Warning] {
    guard natural.cell.task == .twoAlternative else { return [] }
    var families: [String: [(epsilon: Double, text: String, score: Double)]] = [:]
    for table in tables {
      guard let entry = table.cell.attack, entry.surrogate == nil,
        table.definitions.contains(where: { $0.name == "correct" })
      else { continue }
      let threat = entry.attack.threat
      let values = table.after("correct")
      families["\(entry.use.card.id) \(threat.norm.rawValue) \(threat.moved.rawValue)", default: []].append(
        (threat.epsilon, threat.epsilonText, values.reduce(0, +) / Double(max(values.count, 1))))
    }
    return families.sorted { $0.key < $1.key }.flatMap { name, points -> [RunRecord.Warning] in
      let sorted = points.sorted { $0.epsilon < $1.epsilon }
      return zip(sorted, sorted.dropFirst()).compactMap { a, b in
        guard b.epsilon > a.epsilon, b.score > a.score + 2 else { return nil }
        return warning(
          .notMonotone, natural,
          "\(name) leaves \(rounded(b.score)) at \(b.text) and \(rounded(a.score)) at \(a.text): the larger radius was "
            + "searched badly")
      }
    }
  }

  private func percent(_ share: Double) -> String { "\(rounded(100 * share)) percent" }
  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
