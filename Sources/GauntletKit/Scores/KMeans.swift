public import Tensors

/// Lloyd's k-means from k-means++ seeds: the cluster of each point, [N, D] → N indices below `clusters`.
///
/// Seeds are points, each drawn with a probability proportional to the squared distance to the nearest earlier one (Arthur
/// and Vassilvitskii, "k-means++", SODA 2007), by the seed alone. A point goes to the nearest centre, the lower index of
/// equals; an empty cluster keeps its centre. Ends early when nothing moves. Points of value NaN are in cluster 0.
///
/// Memory: the points, the centres, and tiles of distances; never all of them.
public func kMeans(_ points: Tensor, clusters: Int, iterations: Int, seed: UInt64) -> [Int] {
  precondition(points.shape.rank == 2 && clusters >= 0, "[N, D] expected, got \(points.shape) and \(clusters) clusters")
  guard points.rows > 0, clusters > 1 else { return [Int](repeating: 0, count: points.rows) }
  var seeding = KMeansSeeding(points, seed: seed)
  let seeds = seeding.draw(min(clusters, points.rows))
  var centres = points.rows(seeds)
  var nearest = seeding.nearest
  for _ in 0..<iterations {
    let next = means(points, nearest.indices, of: centres)
    let moved = centres.rowsThatDiffer(from: next)
    centres = next
    guard moved.contains(true) else { break }
    let before = nearest.indices
    nearest.follow(centres, moved: moved, points: points)
    if nearest.indices == before { break }
  }
  return nearest.indices
}

/// The mean of each cluster's points, summed in double precision in the order of the points.
private func means(_ points: Tensor, _ assignment: [Int], of centres: Tensor) -> Tensor {
  let (size, count) = (points.shape[1], centres.rows)
  var members = [[Int]](repeating: [], count: count)
  for (point, cluster) in assignment.enumerated() { members[cluster].append(point) }
  let found = members
  var next = centres
  next.withMutableScalars { target in
    points.withScalars { x in
      let (from, to) = (Unchecked(x), Unchecked(target))
      // Pieces of many clusters: each is little work.
      Workers.forEach((count + 63) / 64) { piece in
        var sums = [Double](repeating: 0, count: size)
        for cluster in piece * 64..<min((piece + 1) * 64, count) where !found[cluster].isEmpty {
          for j in 0..<size { sums[j] = 0 }
          for point in found[cluster] {
            for j in 0..<size { sums[j] += Double(from.value[point * size + j]) }
          }
          for j in 0..<size { to.value[cluster * size + j] = Float(sums[j] / Double(found[cluster].count)) }
        }
      }
    }
  }
  return next
}
