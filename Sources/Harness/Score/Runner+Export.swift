internal import GauntletKit
internal import Ledger
public import Tensors

extension Runner {
  /// One line a sample, cell and measure. Numbers are written so that they read back to the bit.
  /// - Parameter prefix: only cells whose id starts with it.
  public func rowsAsCSV(cell prefix: String? = nil) throws -> String {
    var lines = [
      "cell,subject,dataset,attack,norm,epsilon,sample,name,targets,measure,before,after,linf,l2,l1,forwards,backwards,stage,flags"
    ]
    for cell in plan.cells where cell.inapplicable == nil && cell.id.hasPrefix(prefix ?? "") {
      for row in try wantedRows(of: cell) {
        for measure in row.measures {
          let threat = cell.attack?.attack.threat
          var fields = [cell.id, cell.subject.key, cell.dataset.key, cell.attack?.key ?? ""]
          fields += [threat?.norm.rawValue ?? "", threat.map { "\($0.epsilon)" } ?? ""]
          fields += ["\(row.sample)", cell.dataset.name(of: row.sample)]
          fields += [row.targets.map(String.init).joined(separator: " "), measure.name]
          fields += ["\(measure.before)", measure.after.map { "\($0)" } ?? ""]
          fields += row.norms.map { ["\($0.linf)", "\($0.l2)", "\($0.l1)"] } ?? ["", "", ""]
          fields += ["\(row.forwards)", "\(row.backwards)", row.stage, row.flags.joined(separator: " ")]
          lines.append(fields.map(Runner.quoted).joined(separator: ","))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  /// The rows of the samples that the plan asks for (a ledger may hold more, of an earlier run).
  func wantedRows(of cell: Plan.Cell) throws -> [LedgerRow] {
    let wanted = Set(cell.samples)
    return try ledger.rows(of: cell.id).filter { wanted.contains($0.sample) }
  }

  /// Attacked cells that are settled.
  public func adversarialCells(matching prefix: String?) throws -> [Plan.Cell] {
    try plan.cells.filter { cell in
      guard cell.attack != nil, cell.inapplicable == nil, cell.id.hasPrefix(prefix ?? "") else { return false }
      return try Set(cell.samples).isSubset(of: ledger.samples(of: cell.id))
    }
  }

  /// The kept images of a cell, of the given samples or of all, in ascending order of samples: computed again.
  /// - Throws: `HarnessError.brokenLaw` if a verdict differs from the ledger's.
  public func adversarialImages(_ cell: Plan.Cell, samples: [Int]? = nil) throws -> Tensor {
    let metric = try loader.metric(cell.subject)
    let known = Dictionary(try ledger.rows(of: cell.id).map { ($0.sample, $0) }) { first, _ in first }
    let samples = samples ?? cell.samples
    var parts: [Tensor] = []
    for start in stride(from: 0, to: samples.count, by: batch) {
      try Interruption.check()
      let ids = Array(samples[start..<min(start + batch, samples.count)])
      // Samples that are certified were left alone.
      let open = ids.filter { known[$0]?.stage != "certified" }
      var images = try cell.dataset.cleanImages(ids, moved: cell.attack?.attack.threat.moved ?? .reference)
      if !open.isEmpty {
        let result = try attack(cell, metric, open)
        for row in result.rows where !(known[row.sample]?.isIdentical(to: row) ?? false) {
          throw HarnessError.brokenLaw(
            cell: cell.title, sample: row.sample,
            detail:
              "computed again, the attack comes to another verdict than the ledger's; was the ledger made by another "
              + "version or on another processor?")
        }
        images.setRows(open.compactMap { ids.firstIndex(of: $0) }, to: result.images)
      }
      parts.append(images)
    }
    return Tensor(concatenating: parts)
  }
}
