internal import GauntletKit

extension Plan {
  /// The part of the plan that is a shard's. The parts of all shards together are the plan, and follow from it alone.
  ///
  /// A cell of a subject that nothing is trained for is dealt out, sample by sample: every shard has its share of it, however
  /// dear the metric is. Cells of trained subjects lie on a line, in the order of the suite, and the line is cut between
  /// samples so that the dearest piece is as cheap as can be, where a piece pays for every training and every gallery that
  /// it needs: few shards need the same model. Natural rankings are about all samples together, and are done in one piece.
  public func part(_ shard: Shard) -> Plan { parts(shard.count)[shard.index - 1] }

  /// The parts of all shards.
  public func parts(_ count: Int) -> [Plan] {
    var shares = [[Int: [Int]]](repeating: [:], count: count)
    let work = WorkEstimate(self)
    var line: [WorkLine.Item] = []
    for (place, cell) in cells.enumerated() where cell.inapplicable == nil && !cell.samples.isEmpty {
      let questioned = [cell.subject] + [work.surrogate(of: cell)].compactMap(\.self)
      let models = questioned.reduce(into: Set<String>()) { $0.formUnion(work.models(of: $1)) }
      if !models.isEmpty {
        var needs = models.reduce(into: [:]) { $0["model \($1)"] = work.training(of: $1) }
        if cell.task == .retrieval {
          for subject in questioned {
            needs["gallery \(subject.key) \(cell.dataset.key)"] = work.gallery(subject, cell.dataset)
          }
        }
        line.append(
          WorkLine.Item(
            cell: place, count: cell.samples.count, each: work.sample(of: cell), isWhole: cell.isWhole, needs: needs))
      } else if cell.isWhole {
        shares[place % count][place] = cell.samples
      } else {
        // Each cell begins with another shard, so that the samples left over do not all go to the first ones.
        for (number, sample) in cell.samples.enumerated() {
          shares[(place + number) % count][place, default: []].append(sample)
        }
      }
    }
    for (number, pieces) in WorkLine(line).cut(count).enumerated() {
      for piece in pieces { shares[number][piece.cell] = Array(cells[piece.cell].samples[piece.samples]) }
    }
    return shares.enumerated().map { number, share in
      restricted({ place, _ in share[place] ?? [] }, { place, left in place % count == number ? left : [] })
    }
  }

  /// The plan without what is settled.
  /// - Parameters:
  ///   - settled: the samples of a cell or certificate that are.
  ///   - probed: whether the probe of a cell was made.
  func missing(
    settled: (_ id: String) throws -> Set<Int>, probed: (_ cell: Plan.Cell) throws -> Bool,
    hasNoClaim: (_ certificate: Plan.Certificate) throws -> Bool
  ) rethrows -> Plan {
    var plan = self
    for (place, cell) in cells.enumerated() {
      let done = try settled(cell.id)
      let left = cell.samples.filter { !done.contains($0) }
      // A ranking is done again as a whole, and a probe by whoever has its first sample.
      let isProbeMissing = try !cell.probed.isEmpty && !probed(cell)
      let open = Set(cell.isWhole && !left.isEmpty ? cell.samples : left)
        .union(isProbeMissing ? cell.probed.prefix(1) : [])
      plan.cells[place].samples = cell.samples.filter(open.contains)
      if !isProbeMissing { plan.cells[place].probed = [] }
    }
    // Whoever attacks a sample needs its certificate, whether another has it or not.
    let open = plan.samplesByKey
    for (place, certificate) in certificates.enumerated() {
      let done = try hasNoClaim(certificate) ? Set(certificate.samples) : settled(certificate.id)
      let asked = Set(open[certificate.key] ?? [])
      plan.certificates[place].samples = certificate.samples.filter { !done.contains($0) || asked.contains($0) }
    }
    return plan
  }

  /// The same plan with some samples of each cell. A certificate goes with the cell whose question it answers: attacks leave
  /// alone what is certified.
  /// - Parameter left: which it is to have of the samples of a certificate that no cell of the whole plan asks for.
  func restricted(
    _ samples: (_ place: Int, _ cell: Cell) -> [Int], _ left: (_ place: Int, _ samples: [Int]) -> [Int]
  ) -> Plan {
    var plan = self
    for place in cells.indices {
      let kept = samples(place, cells[place])
      plan.cells[place].samples = kept
      if let first = cells[place].probed.first, !kept.contains(first) { plan.cells[place].probed = [] }
    }
    let (mine, all) = (plan.samplesByKey, samplesByKey)
    for (place, certificate) in certificates.enumerated() {
      let asked = Set(all[certificate.key] ?? [])
      let kept = Set(mine[certificate.key] ?? []).union(left(place, certificate.samples.filter { !asked.contains($0) }))
      plan.certificates[place].samples = certificate.samples.filter(kept.contains)
    }
    return plan
  }

  private var samplesByKey: [Cell.Key: [Int]] {
    Dictionary(cells.map { ($0.key, $0.samples) }) { first, _ in first }
  }
}

extension Plan.Certificate {
  /// Of the cell whose question it answers.
  var key: Plan.Cell.Key { Plan.Cell.Key(subject: subject.key, dataset: dataset.key, attack: attack?.key) }
}
