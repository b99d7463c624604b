internal import Glibc

/// NMI of two labellings of the same items, in [0, 1]: 2·I(a; b) / (H(a) + H(b)). Larger is better.
///
/// Labels may be any integers. 1 where both put everything into one class; 0 where they share no information.
public func normalizedMutualInformation(_ a: [Int], _ b: [Int]) -> Double {
  precondition(a.count == b.count, "\(a.count) labels on one side, \(b.count) on the other")
  let (first, second) = (Classes(a), Classes(b))
  if first.counts.count <= 1 && second.counts.count <= 1 { return 1 }
  // Pairs of classes in a fixed order: sums must not depend on a hash.
  let width = second.counts.count
  let pairs = zip(first.places, second.places).map { $0 * width + $1 }.sorted()
  let total = Double(a.count)
  var information = 0.0
  var start = 0
  while start < pairs.count {
    var end = start + 1
    while end < pairs.count, pairs[end] == pairs[start] { end += 1 }
    let count = Double(end - start)
    let (x, y) = (Double(first.counts[pairs[start] / width]), Double(second.counts[pairs[start] % width]))
    information += count / total * log(count * total / (x * y))
    start = end
  }
  if information <= 1e-15 { return 0 }
  return min(1, 2 * information / (first.entropy + second.entropy))
}

/// NMI of a gallery's labels and its clusters: k-means on the placed embeddings, with as many clusters as classes.
///
/// k-means++ seeding keyed by the seed, 25 iterations of Lloyd's algorithm, one run.
public func normalizedMutualInformation(of gallery: Gallery, seed: UInt64) -> Double {
  let clusters = kMeans(gallery.embeddings, clusters: Set(gallery.labels).count, iterations: 25, seed: seed)
  return normalizedMutualInformation(gallery.labels, clusters)
}

/// The classes of a labelling, in the order of their labels.
private struct Classes {
  /// Items of each class.
  private(set) var counts: [Int]
  /// Each item's class.
  let places: [Int]

  init(_ labels: [Int]) {
    let sorted = Set(labels).sorted()
    let order = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    places = labels.map { order[$0] ?? 0 }
    counts = [Int](repeating: 0, count: sorted.count)
    for place in places { counts[place] += 1 }
  }

  /// In nats.
  var entropy: Double {
    let total = Double(places.count)
    return counts.reduce(0) { $0 - Double($1) / total * log(Double($1) / total) }
  }
}
