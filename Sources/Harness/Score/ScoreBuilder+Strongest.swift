internal import GauntletKit
internal import Results
internal import Statistics

extension ScoreBuilder {
  /// ERS and its components with, on every sample, the worst value that any protocol of a threat model found; where there
  /// are several, among them one with another search than the published one. Faithful protocols do not take part.
  func strongest(_ natural: CellTable, _ protocols: [AttackProtocol]) -> [BuiltScore] {
    let corrected = protocols.filter { $0.mode == .corrected }
    var threats: [ThreatModel] = []
    for one in corrected where !threats.contains(where: { $0.isSame(as: one.threat) }) { threats.append(one.threat) }
    return threats.flatMap { threat -> [BuiltScore] in
      let rivals = corrected.filter { $0.threat.isSame(as: threat) }
      guard rivals.count > 1, rivals.contains(where: { $0.search != rivals[0].search }) else { return [] }
      return strongest(natural, of: rivals, within: threat)
    }
  }

  private func strongest(
    _ natural: CellTable, of rivals: [AttackProtocol], within threat: ThreatModel
  ) -> [BuiltScore] {
    let bootstrap = natural.bootstrap(seed: plan.suite.seed)
    let names = rivals.map { $0.label.isEmpty ? "the first protocol" : $0.label }.joined(separator: ", ")
    let definition = "on every sample the worst value that one of these found: \(names)."
    var columns: [SampleColumn] = []
    var scores: [BuiltScore] = []
    for component in ERSComponent.allCases {
      let found = rivals.compactMap { $0.columns[component] }
      guard let first = found.first else { continue }
      let worst = first.after.indices.map { place in
        found.dropFirst().reduce(first.after[place]) { worst, column in
          first.measure.isWorse(column.after[place], than: worst) ? column.after[place] : worst
        }
      }
      let values = worst.map { EmpiricalRobustnessScore.component(component, raw: $0) }
      let name = ScoreName.strongest(ScoreName.ersComponent(component.rawValue))
      columns.append(SampleColumn(name: "\(name) \(threat)", values: values))
      scores.append(
        score(
          natural, name, "\(component.title), strongest", bootstrap.mean(of: values), threat: threat,
          definition: "\(component.title): \(definition)", from: [columns[columns.count - 1]]))
    }
    guard columns.count == ERSComponent.allCases.count else { return scores }
    scores.append(
      score(
        natural, ScoreName.strongest(ScoreName.ers), "ERS, strongest",
        bootstrap.means(of: SampleTable(columns: columns.map(\.values))) { $0.reduce(0, +) / Double($0.count) },
        threat: threat, definition: "\(ERSComponent.scoreDefinition) Here \(definition)", from: columns))
    return scores
  }
}

extension ThreatModel {
  /// Whether it is the same set of images, however its radius was written.
  fileprivate func isSame(as other: ThreatModel) -> Bool {
    norm == other.norm && epsilon == other.epsilon && moved == other.moved
  }
}
