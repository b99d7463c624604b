internal import Harness

/// A plan as lines for a person.
struct PlanText {
  private let plan: PlanRecord

  init(_ plan: PlanRecord) { self.plan = plan }

  var lines: [String] {
    plan.models.map { "train  \($0.id.prefix(8))  \($0.model): \($0.defense) on \($0.dataset)" }
      + plan.cells.map(line)
      + plan.busy.map { "busy   \($0): another process works there; what it settled is not counted" }
      + (plan.shards.count > 1 ? plan.shards.map(line) : []) + [summary]
  }

  private func line(_ cell: PlanRecord.Cell) -> String {
    let title = [cell.subject, cell.dataset, cell.attack].compactMap(\.self).joined(separator: " × ")
    if let reason = cell.inapplicable { return "–      \(cell.id.prefix(8))  \(title): not applicable: \(reason)" }
    let missing = cell.missing == cell.samples ? "" : ", \(cell.missing) of them missing"
    return
      "cell   \(cell.id.prefix(8))  \(title): \(cell.samples) samples\(missing), at most \(cell.forwards) forward and "
      + "\(cell.backwards) backward passes"
  }

  private func line(_ part: PlanRecord.Part) -> String {
    let models = part.models.isEmpty ? "no model" : part.models.joined(separator: ", ")
    return
      "shard  \(part.shard)/\(part.of): \(part.samples) samples of \(part.pieces.count) cells, at most \(part.forwards) "
      + "forward and \(part.backwards) backward passes; needs \(models)"
  }

  private var summary: String {
    let cells = plan.cells.filter { $0.inapplicable == nil }
    let missing = cells.count { $0.missing > 0 }
    return
      "\(plan.models.count) models to train, \(cells.count) cells\(missing == cells.count ? "" : ", \(missing) of them missing"), "
      + "\(cells.reduce(0) { $0 + $1.forwards }) forward and \(cells.reduce(0) { $0 + $1.backwards }) backward passes; "
      + "\(plan.cells.count - cells.count) not applicable"
  }
}
