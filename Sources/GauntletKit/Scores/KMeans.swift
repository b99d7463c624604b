internal import Gradients
public import Tensors

/// Lloyd's k-means from k-means++ seeds: the cluster of each point, [N, D] → N indices below `clusters`.
///
/// Seeds are points, each drawn with a probability proportional to the squared distance to the nearest earlier one (Arthur
/// and Vassilvitskii, "k-means++", SODA 2007), by the seed alone. A point goes to the nearest centre, the lower index of
/// equals; an empty cluster keeps its centre. Ends early when nothing moves. Points of value NaN are in cluster 0.
public func kMeans(_ points: Tensor, clusters: Int, iterations: Int, seed: UInt64) -> [Int] {
  precondition(points.shape.rank == 2 && clusters >= 0, "[N, D] expected, got \(points.shape) and \(clusters) clusters")
  guard points.rows > 0, clusters > 1 else { return [Int](repeating: 0, count: points.rows) }
  var centres = points.rows(seeds(points, min(clusters, points.rows), seed))
  var assignment = nearest(points, centres)
  for _ in 0..<iterations {
    centres = means(points, assignment, centres)
    let next = nearest(points, centres)
    if next == assignment { break }
    assignment = next
  }
  return assignment
}

private func seeds(_ points: Tensor, _ count: Int, _ seed: UInt64) -> [Int] {
  var random = RandomStream(seed: seed, ["k-means++"])
  var chosen = [random.integer(below: points.rows)]
  var squares = [Double](repeating: .infinity, count: points.rows)
  while chosen.count < count {
    let distances = distanceMatrix(Variable(constant: points), points.rows([chosen[chosen.count - 1]])).value
    distances.withScalars { for i in squares.indices { squares[i] = min(squares[i], Double($0[i]) * Double($0[i])) } }
    let total = squares.reduce(0) { $0 + ($1.isFinite ? $1 : 0) }
    guard total > 0 else {
      // All points are on seeds: any will do.
      chosen.append(random.integer(below: points.rows))
      continue
    }
    var rest = random.uniformDouble() * total
    var pick = squares.lastIndex { $0 > 0 && $0.isFinite } ?? 0
    for i in squares.indices where squares[i] > 0 && squares[i].isFinite {
      rest -= squares[i]
      if rest < 0 {
        pick = i
        break
      }
    }
    chosen.append(pick)
  }
  return chosen
}

private func nearest(_ points: Tensor, _ centres: Tensor) -> [Int] {
  let (block, count) = (1024, centres.rows)
  var result: [Int] = []
  for first in stride(from: 0, to: points.rows, by: block) {
    let rows = points.rows(first..<min(first + block, points.rows))
    distanceMatrix(Variable(constant: rows), centres).value.withScalars { d in
      for row in 0..<rows.rows {
        var best = 0
        for j in 1..<max(count, 1) where d[row * count + j] < d[row * count + best] { best = j }
        result.append(best)
      }
    }
  }
  return result
}

private func means(_ points: Tensor, _ assignment: [Int], _ centres: Tensor) -> Tensor {
  let size = points.shape[1]
  var sums = [Double](repeating: 0, count: centres.count)
  var counts = [Int](repeating: 0, count: centres.rows)
  points.withScalars { x in
    for (i, cluster) in assignment.enumerated() {
      counts[cluster] += 1
      for j in 0..<size { sums[cluster * size + j] += Double(x[i * size + j]) }
    }
  }
  var next = centres
  next.withMutableScalars { target in
    for i in target.indices where counts[i / size] > 0 { target[i] = Float(sums[i] / Double(counts[i / size])) }
  }
  return next
}
