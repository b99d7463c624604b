internal import Foundation
internal import Harness

/// A self-attack for a terminal.
struct SelfAttackText {
  private let report: SelfAttackReport

  init(_ report: SelfAttackReport) { self.report = report }

  var text: String {
    var table = AlignedTable(["2AFC, percent of \(report.samples)"] + report.levels.map(\.title))
    table.append(["undefended, by its gradients"] + report.levels.map { number($0.undefended) })
    table.append(["\(report.subject), by its gradients"] + report.levels.map { number($0.byGradients) })
    table.append(["\(report.subject), by all that was tried"] + report.levels.map { number($0.byAll) })
    let findings = report.findings.map { finding in
      let mark =
        switch finding.outcome {
        case .passed: "passed "
        case .refused: "REFUSED"
        case .open: "open   "
        }
      return "\(mark)  \(finding.check): \(finding.text)"
    }
    let end =
      report.refusals.isEmpty
      ? "\(report.subject) passes: no sign that its robustness is made of hidden gradients."
      : "\(report.subject) is refused."
    return (table.lines(indent: "") + [""] + findings + ["", end]).joined(separator: "\n") + "\n"
  }

  private func number(_ value: Double) -> String { String(format: "%.1f", value) }
}

extension SelfAttackReport.Level {
  fileprivate var title: String { radius == "0" ? "clean" : "l-inf \(radius)" }
}
