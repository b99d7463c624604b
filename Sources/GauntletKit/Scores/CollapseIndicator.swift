internal import Gradients
internal import Tensors

/// Whether an embedding has collapsed: everything in one place, so that no attack moves anything and scores mean nothing.
///
/// Measured on up to 4,096 pairs of different clean items, drawn by the seed, with normalised embeddings in every geometry.
public struct CollapseIndicator: Hashable, Sendable, Codable {
  /// Mean Euclidean distance of normalised embeddings, in [0, 2]; collapsed below 0.05.
  public let meanDistance: Double
  /// Mean cosine of clean pairs, in [−1, 1]; collapsed above 0.99.
  public let meanCosine: Double
  /// Share of queries whose first answer is right.
  public let recallAt1: Double
  /// What random ranking gives: the mean over items of (class size − 1)/(N − 1).
  public let chance: Double
  /// The highest recall@1 that is still within chance: two standard errors above it.
  public let chanceLimit: Double

  /// - Parameter recallAt1: per query, 0 or 1: `RankingScores.recallAt1`.
  public init(gallery: Gallery, recallAt1: [Double], seed: UInt64) {
    let count = gallery.count
    let sizes = gallery.labels.reduce(into: [:]) { $0[$1, default: 0] += 1 } as [Int: Int]
    let partners = gallery.labels.reduce(0) { $0 + (sizes[$1] ?? 1) - 1 }
    chance = count > 1 ? Double(partners) / Double(count) / Double(count - 1) : 0
    self.recallAt1 = recallAt1.isEmpty ? 0 : recallAt1.reduce(0, +) / Double(recallAt1.count)
    chanceLimit = chance + 2 * (chance * (1 - chance) / Double(max(recallAt1.count, 1))).squareRoot()
    var random = RandomStream(seed: seed, ["collapse", "pairs"])
    let pairs: [(Int, Int)] = (0..<(count > 1 ? min(4096, count * (count - 1) / 2) : 0)).map { _ in
      let first = random.integer(below: count)
      let draw = random.integer(below: count - 1)
      return (first, draw < first ? draw : draw + 1)
    }
    let a = Variable(constant: gallery.embeddings.rows(pairs.map(\.0)).normalizedRows())
    let b = Variable(constant: gallery.embeddings.rows(pairs.map(\.1)).normalizedRows())
    func mean(_ values: Variable) -> Double {
      values.value.scalars.reduce(0) { $0 + Double($1) } / Double(max(pairs.count, 1))
    }
    meanDistance = mean(pairedDistances(a, b))
    meanCosine = mean(pairedProducts(a, b))
  }

  /// What speaks for a collapse, a phrase each; empty if nothing does.
  public var reasons: [String] {
    var reasons: [String] = []
    if !(meanDistance >= 0.05) { reasons.append("mean distance \(meanDistance) is below 0.05") }
    if !(meanCosine <= 0.99) { reasons.append("mean cosine \(meanCosine) of clean pairs is above 0.99") }
    if !(recallAt1 > chanceLimit) { reasons.append("recall@1 \(recallAt1) is within chance (\(chance))") }
    return reasons
  }

  public var isCollapsed: Bool { !reasons.isEmpty }
}
