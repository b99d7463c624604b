internal import Tensors

/// How well a gallery is ranked for each of some queries, which are its own items. Larger is better, but for the rank.
///
/// Items are ordered by (distance, index); a query's own entry is left out, by index; a distance that is not a number
/// comes last. With R other items of the query's class, at the 1-based positions p₁ < … < p_R:
/// recall@K = [p₁ ≤ K]; AP = (1/R)·Σⱼ j/pⱼ; AP@R = (1/R)·Σⱼ [pⱼ ≤ R] j/pⱼ; AP@10 = (1/10)·Σⱼ [pⱼ ≤ 10] j/pⱼ, the same
/// ten for every class. All are 0 where R = 0. Computed by blocks of queries: memory for a block times the gallery.
/// (AP@R: Musgrave et al., "A metric learning reality check", ECCV 2020, section 3.2.)
public struct RankingScores: Sendable {
  /// Gallery indices.
  public let queries: [Int]
  public private(set) var recallAt1: [Double]
  public private(set) var recallAt2: [Double]
  public private(set) var averagePrecision: [Double]
  public private(set) var averagePrecisionAtR: [Double]
  public private(set) var averagePrecisionAt10: [Double]
  /// p₁ − 1; the size of the gallery where R = 0.
  public private(set) var firstMatchRank: [Double]

  private static let block = 64

  public init(gallery: Gallery, queries: [Int]) {
    self.queries = queries
    let zeros = [Double](repeating: 0, count: queries.count)
    (recallAt1, recallAt2, firstMatchRank) = (zeros, zeros, zeros)
    (averagePrecision, averagePrecisionAtR, averagePrecisionAt10) = (zeros, zeros, zeros)
    let classes = gallery.labels.enumerated().reduce(into: [Int: [Int]]()) {
      $0[$1.element, default: []].append($1.offset)
    }
    // With each pair's distance computed once, all queries together cost what half of them do by themselves.
    if queries.count * 2 >= gallery.count, AllPairsPositions.suits(gallery, classes: classes) {
      let positions = AllPairsPositions(gallery, classes: classes).positions
      for (place, query) in queries.enumerated() { score(place, positions[query], gallery.count) }
      return
    }
    for first in stride(from: 0, to: queries.count, by: Self.block) {
      let places = first..<min(first + Self.block, queries.count)
      let distances = gallery.geometry.distances(
        gallery.embeddings.rows(queries[places].map { $0 }), toAll: gallery.embeddings)
      var positions = [[Int]](repeating: [], count: places.count)
      distances.withScalars { scalars in
        positions.withUnsafeMutableBufferPointer { positions in
          let (d, target) = (Unchecked(scalars), Unchecked(positions))
          Workers.forEach(places.count) { row in
            let query = queries[first + row]
            target.value[row] = Self.positions(
              of: classes[gallery.labels[query]] ?? [], query: query,
              UnsafeBufferPointer(rebasing: d.value[row * gallery.count..<(row + 1) * gallery.count]))
          }
        }
      }
      for (row, place) in places.enumerated() { score(place, positions[row], gallery.count) }
    }
  }

  private mutating func score(_ place: Int, _ positions: [Int], _ count: Int) {
    firstMatchRank[place] = Double(positions.first.map { $0 - 1 } ?? count)
    guard let best = positions.first else { return }
    recallAt1[place] = best <= 1 ? 1 : 0
    recallAt2[place] = best <= 2 ? 1 : 0
    let relevant = Double(positions.count)
    for (j, position) in positions.enumerated() {
      let precision = Double(j + 1) / Double(position)
      averagePrecision[place] += precision / relevant
      if position <= positions.count { averagePrecisionAtR[place] += precision / relevant }
      if position <= 10 { averagePrecisionAt10[place] += precision / 10 }
    }
  }

  /// The 1-based positions of the members in the query's ranking, ascending: each gallery item is placed among the
  /// sorted members by bisection, and counted there.
  private static func positions(
    of members: [Int], query: Int, _ distances: UnsafeBufferPointer<Float>
  ) -> [Int] {
    func key(_ index: Int) -> (Float, Int) { (distances[index].isNaN ? .infinity : distances[index], index) }
    let sorted = members.filter { $0 != query }.map(key).sorted { $0 < $1 }
    guard !sorted.isEmpty else { return [] }
    var counts = [Int](repeating: 0, count: sorted.count + 1)
    for index in distances.indices where index != query {
      let item = key(index)
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] <= item { low = middle + 1 } else { high = middle }
      }
      counts[low] += 1
    }
    var before = 0
    return sorted.indices.map { j in
      before += counts[j]
      return before + 1
    }
  }
}
