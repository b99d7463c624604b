internal import GauntletKit
internal import Ledger
internal import Results
internal import Statistics

/// The rows of a cell as columns.
struct CellTable {
  let cell: Plan.Cell
  let rows: [LedgerRow]
  /// Whether the rows hold bounds of what the cell's attack can do in place of what it did.
  var isCertificate = false

  func before(_ measure: String) -> [Double] { values(measure) { $0.before } }

  /// After the attack; before it where there is none.
  func after(_ measure: String) -> [Double] { values(measure) { $0.after ?? $0.before } }

  private func values(_ measure: String, _ value: (LedgerMeasure) -> Double) -> [Double] {
    rows.compactMap { row in row.measures.first { $0.name == measure }.map(value) }
  }

  enum Moment: String { case before, after }

  /// What the columns of a moment are called.
  func name(of moment: Moment) -> String { isCertificate && moment == .after ? "certified" : moment.rawValue }

  /// A measure of every sample, named so that no other column of its subject and dataset is called the same.
  func column(_ measure: String, _ moment: Moment) -> SampleColumn {
    let name = [cell.attack?.key, measure, cell.attack == nil ? nil : self.name(of: moment)].compactMap(\.self)
    return SampleColumn(
      name: name.joined(separator: " "), values: moment == .before ? before(measure) : after(measure))
  }

  /// How many samples carry each flag.
  var flags: [String: Int] {
    rows.reduce(into: [:]) { counts, row in for flag in row.flags { counts[flag, default: 0] += 1 } }
  }

  /// What the cell's attack measures, or the natural measures of its task.
  var definitions: [Measure] {
    cell.attack?.attack.measures(for: cell.task) ?? NaturalMeasures.of(cell.task)
  }

  /// Intervals resample the samples, the same ones for every measure of a dataset.
  func bootstrap(seed: UInt64) -> Bootstrap { Bootstrap(seed: seed, purpose: [cell.dataset.key]) }

  func measures(seed: UInt64) -> [RunRecord.Measure] {
    definitions.map { definition in
      let bootstrap = bootstrap(seed: seed)
      let before = bootstrap.mean(of: self.before(definition.name))
      let after = cell.attack == nil ? nil : bootstrap.mean(of: self.after(definition.name))
      return RunRecord.Measure(
        name: definition.name, title: NaturalMeasures.title(of: definition.name),
        unit: NaturalMeasures.unit(of: definition.name), before: before.value,
        beforeInterval: RunRecord.Interval(before.interval), after: after?.value,
        afterInterval: after.flatMap { RunRecord.Interval($0.interval) },
        higherIsBetterForDefender: definition.adversaryWants == .lower, definition: definition.definition)
    }
  }
}

extension RunRecord.Interval {
  /// Nil where nothing can be said.
  init?(_ interval: Interval) {
    guard interval.isDefined else { return nil }
    self.init(low: interval.low, high: interval.high, level: interval.level, method: interval.method.rawValue)
  }
}
