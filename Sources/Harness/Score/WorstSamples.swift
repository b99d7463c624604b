internal import Foundation
internal import GauntletKit
internal import Ledger
internal import Pictures
internal import Results
internal import Tensors

extension Runner {
  /// The samples of an attacked cell that lost most, with their pictures: clean, adversarial, amplified difference.
  func worstSamples(of cell: Plan.Cell, rows: [LedgerRow], count: Int = 3) throws -> [RunRecord.Sample] {
    guard let attack = cell.attack?.attack, let measure = attack.measures(for: cell.task).first else { return [] }
    let ranked = rows.filter { $0.measures.first?.after != nil }.sorted { a, b in
      let (x, y) = (WorstSamples.loss(a, measure), WorstSamples.loss(b, measure))
      return x != y ? x > y : a.sample < b.sample
    }
    let worst = ranked.prefix(count).filter { WorstSamples.loss($0, measure) > 0 }.sorted { $0.sample < $1.sample }
    guard !worst.isEmpty else { return [] }
    let images = try adversarialImages(cell, samples: worst.map(\.sample))
    return try worst.enumerated().map { place, row in
      let clean = try cell.dataset.cleanImages([row.sample]).row(0)
      let names = ["clean", "adversarial", "difference"].map { kind in
        "pictures/\(cell.id.prefix(12))-\(row.sample)-\(kind).png"
      }
      let adversarial = images.row(place)
      let amplification = WorstSamples.amplification(row.norms?.linf ?? 0)
      let difference = adversarial.zip(clean) { min(max(0.5 + Float(amplification) * ($0 - $1), 0), 1) }
      for (name, tensor) in zip(names, [clean, adversarial, difference]) {
        try folder.write(Data(try Picture(tensor).png()), to: "\(folder.path)/\(name)")
      }
      return RunRecord.Sample(
        sample: row.sample, title: cell.dataset.name(of: row.sample), measure: measure.name,
        before: row.measures[0].before, after: row.measures[0].after ?? .nan, norm: row.norms.map { $0.linf },
        flags: row.flags, clean: names[0], adversarial: names[1], difference: names[2], amplification: amplification)
    }
  }
}

extension Suite.DatasetEntry {
  /// The images that an attack starts from: [n, C, H, W].
  func cleanImages(_ samples: [Int]) throws -> Tensor {
    switch dataset {
    case let dataset as any RetrievalDataset: try dataset.images(.test, samples)
    case let dataset as any TripletDataset: try dataset.triplets(samples).references
    default: throw PluginError.unusable(plugin: key, reason: "it has neither images nor triplets")
    }
  }
}

private enum WorstSamples {
  /// How much a sample lost, in the adversary's direction.
  static func loss(_ row: LedgerRow, _ measure: Measure) -> Double {
    guard let first = row.measures.first, let after = first.after else { return 0 }
    let difference = measure.adversaryWants == .lower ? first.before - after : after - first.before
    return difference.isNaN ? .infinity : difference
  }

  /// So that the largest difference uses about half of the range of gray values; a power of two.
  static func amplification(_ linf: Double) -> Double {
    guard linf > 0, linf.isFinite else { return 1 }
    var factor = 1.0
    while factor * 2 * linf <= 0.5 && factor < 256 { factor *= 2 }
    return factor
  }
}
