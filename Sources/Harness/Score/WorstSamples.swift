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
      let clean = sideBySide(try cell.dataset.cleanImages([row.sample], moved: attack.threat.moved).row(0), attack)
      let names = ["clean", "adversarial", "difference"].map { kind in
        "pictures/\(cell.id.prefix(12))-\(row.sample)-\(kind).png"
      }
      let adversarial = sideBySide(images.row(place), attack)
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

/// The images of one row as one picture: [k·C, H, W] → [C, H, k·W].
private func sideBySide(_ row: Tensor, _ attack: any Attack) -> Tensor {
  let count = attack.threat.moved.count
  guard count > 1 else { return row }
  let (channels, height, width) = (row.shape[0] / count, row.shape[1], row.shape[2])
  var picture = Tensor(zeros: [channels, height, count * width])
  for image in 0..<count {
    for channel in 0..<channels {
      for y in 0..<height {
        for x in 0..<width {
          picture[((channel * height) + y) * count * width + image * width + x] =
            row[(((image * channels) + channel) * height + y) * width + x]
        }
      }
    }
  }
  return picture
}

extension Suite.DatasetEntry {
  /// The images that an attack starts from: [n, C, H, W], or [n, k·C, H, W].
  func cleanImages(_ samples: [Int], moved: MovedImages) throws -> Tensor {
    switch dataset {
    case let dataset as any RetrievalDataset: try dataset.images(.test, samples)
    case let dataset as any TripletDataset: try dataset.triplets(samples).images(moved)
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
