internal import Glibc

/// NMI of two labellings of the same items, in [0, 1]: 2·I(a; b) / (H(a) + H(b)). Larger is better.
///
/// Labels may be any integers. 1 where both put everything into one class; 0 where they share no information.
public func normalizedMutualInformation(_ a: [Int], _ b: [Int]) -> Double {
  precondition(a.count == b.count, "\(a.count) labels on one side, \(b.count) on the other")
  let (first, second) = (counts(a), counts(b))
  if first.count <= 1 && second.count <= 1 { return 1 }
  var joint: [[Int]: Int] = [:]
  for (x, y) in zip(a, b) { joint[[x, y], default: 0] += 1 }
  let total = Double(a.count)
  var information = 0.0
  // In a fixed order: sums must not depend on a hash.
  for (pair, count) in joint.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
    let (x, y) = (Double(first[pair[0]] ?? 0), Double(second[pair[1]] ?? 0))
    information += Double(count) / total * log(Double(count) * total / (x * y))
  }
  if information <= 1e-15 { return 0 }
  return min(1, 2 * information / (entropy(first, total) + entropy(second, total)))
}

/// NMI of a gallery's labels and its clusters: k-means on the placed embeddings, with as many clusters as classes.
///
/// k-means++ seeding keyed by the seed, 25 iterations of Lloyd's algorithm, one run.
public func normalizedMutualInformation(of gallery: Gallery, seed: UInt64) -> Double {
  let clusters = kMeans(gallery.embeddings, clusters: Set(gallery.labels).count, iterations: 25, seed: seed)
  return normalizedMutualInformation(gallery.labels, clusters)
}

private func counts(_ labels: [Int]) -> [Int: Int] {
  labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
}

private func entropy(_ counts: [Int: Int], _ total: Double) -> Double {
  counts.sorted { $0.key < $1.key }.reduce(0) { $0 - Double($1.value) / total * log(Double($1.value) / total) }
}
