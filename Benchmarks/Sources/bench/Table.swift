import Foundation

/// The comparisons as a Markdown table.
struct Table {
  private let rows: [(Comparison, Limits.Limit)]

  init(_ rows: [(Comparison, Limits.Limit)]) { self.rows = rows }

  var markdown: String {
    var lines = [
      "| work | ours | peer | ratio | limit | primitives alone | memory: ours | peer | peer's way |",
      "|---|---|---|---|---|---|---|---|---|",
    ]
    for (row, limit) in rows {
      let cells = [
        row.work, seconds(row.ours.seconds), row.peer.map { seconds($0.seconds) } ?? "",
        row.peer.map { ratio(row.ours.seconds / $0.seconds) } ?? "", bound(limit.time, seconds),
        limit.floor.map(ratio) ?? "", memory(row.ours.memory), row.peer.map { memory($0.memory) } ?? "",
        row.peer?.name ?? "",
      ]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func seconds(_ value: Double) -> String {
    value < 1 ? String(format: "%.0f ms", value * 1000) : String(format: "%.2f s", value)
  }
  private func ratio(_ value: Double) -> String { String(format: "%.2f", value) }
  private func memory(_ value: Double) -> String { String(format: "%.0f MiB", value / 1_048_576) }
  private func bound(_ bound: Limits.Bound, _ text: (Double) -> String) -> String {
    switch bound {
    case .ratio(let value): ratio(value)
    case .absolute(let value): text(value)
    }
  }
}
