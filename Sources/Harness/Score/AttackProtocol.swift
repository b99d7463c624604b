internal import GauntletKit

/// The attacks that make up one ERS: of one threat model, search, step size, number of steps and mode.
struct AttackProtocol {
  /// One component of the score on every sample, by the attack that gives it.
  struct Column {
    let table: CellTable
    let measure: Measure
    let before: [Double]
    let after: [Double]

    /// The component of ERS of every sample.
    func scored(_ component: ERSComponent, _ moment: CellTable.Moment) -> SampleColumn {
      SampleColumn(
        name: "\(table.cell.attack?.key ?? "") \(component.rawValue) \(table.name(of: moment))",
        values: (moment == .before ? before : after).map { EmpiricalRobustnessScore.component(component, raw: $0) })
    }
  }

  let threat: ThreatModel
  let mode: AttackMode
  /// "pgd", or what replaces it; with the surrogate, if it has one.
  let search: String
  /// What distinguishes it from the first complete protocol of its threat model, or the first; empty for that one.
  let label: String
  let columns: [ERSComponent: Column]

  /// Names and titles of scores that sum the protocol up: those of the first protocol of a threat model are plain.
  func named(_ name: String) -> String { label.isEmpty ? name : "\(name)@\(label)" }
  func titled(_ title: String) -> String { label.isEmpty ? title : "\(title) (\(label))" }

  /// The protocols that attacked cells make up, in the order of their first attacks.
  static func among(_ tables: [CellTable]) -> [AttackProtocol] {
    var order: [[String]] = []
    var members: [[String]: [CellTable]] = [:]
    for table in tables where table.definitions.contains(where: { $0.component != nil }) {
      guard let entry = table.cell.attack else { continue }
      let threat = entry.attack.threat
      let key =
        [threat.norm.rawValue, "\(threat.epsilon)", entry.attack.mode.rawValue]
        + settings.map { entry.use.settings.canonicalValue($0) } + [entry.surrogate ?? ""]
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(table)
    }
    let found = members.mapValues { columns($0) }
    return order.compactMap { key -> AttackProtocol? in
      guard let table = members[key]?.first, let entry = table.cell.attack else { return nil }
      let rivals = order.filter { $0[..<2] == key[..<2] }
      let first = rivals.first { found[$0]?.count == ERSComponent.allCases.count } ?? rivals[0]
      let names = ["mode"] + settings + ["surrogate"]
      let label = names.enumerated().filter { first[$0.offset + 2] != key[$0.offset + 2] }.map { _, name -> String in
        switch name {
        case "mode": "mode=\(entry.attack.mode.rawValue)"
        case "surrogate": "surrogate=\(entry.surrogate ?? "none")"
        default: "\(name)=\(entry.use.settings.written(name))"
        }
      }.joined(separator: ";")
      let search = entry.use.settings.written("search") + (entry.surrogate.map { " on \($0)" } ?? "")
      return AttackProtocol(
        threat: entry.attack.threat, mode: entry.attack.mode, search: search, label: label, columns: found[key] ?? [:])
    }
  }

  private static let settings = ["alpha", "steps", "random-start", "search"]

  private static func columns(_ tables: [CellTable]) -> [ERSComponent: Column] {
    var columns: [ERSComponent: Column] = [:]
    for table in tables {
      for measure in table.definitions {
        if let component = measure.component, columns[component] == nil {
          columns[component] = Column(
            table: table, measure: measure, before: table.before(measure.name), after: table.after(measure.name))
        }
      }
    }
    return columns
  }
}
