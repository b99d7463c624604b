internal import CKernels
internal import Foundation
internal import Tensors

/// What is certain of a ranking when its query, or one of its candidates, moves by at most a radius in ℓ2.
///
/// Query moved, gallery fixed, u the query's embedding before normalisation, ĉ and x̂ gallery items as they are compared:
/// item x stays behind item c as long as r ≤ s(c, x) = ⟨u, ĉ − x̂⟩ / (L‖ĉ − x̂‖) (negative: x is ahead already); for
/// Euclidean distances without normalisation s(c, x) = (‖u − x‖² − ‖u − c‖²)/(2L‖c − x‖). Candidate moved, query fixed: its
/// angle to the query stays within φ(r) of what it is (Euclidean: its distance within L·r). Computed embeddings' errors
/// are taken off.
struct RankingCertificate {
  let task: RetrievalTask
  let claim: LipschitzClaim

  private var gallery: Gallery { task.gallery }

  /// s(c, x) for every gallery item x, less the errors; −∞ for c itself and for items that cannot be told from it.
  func staysAhead(_ c: Int, of query: EmbeddingBall) -> [Double] {
    let (count, width) = (gallery.count, query.center.count)
    let (products, squares) = bisectors(c, query)
    let error = claim.relativeError
    if gallery.geometry.isNormalized {
      return (0..<count).map { x in
        let length = squares[x].squareRoot()
        guard x != c, length > 0 else { return -.infinity }
        let slack = query.slack * length + query.norm * 4 * error
        // Of a negative value only the sign is of use.
        return (products[x] - slack) / (claim.constant * (length + 4 * error))
      }
    }
    return gallery.embeddings.withScalars { rows in
      func squaredDistance(_ item: Int) -> (square: Double, norm: Double) {
        var (square, norm) = (0.0, 0.0)
        for i in 0..<width {
          let value = Double(rows[item * width + i])
          square += (query.center[i] - value) * (query.center[i] - value)
          norm += value * value
        }
        return (square, norm.squareRoot())
      }
      let own = squaredDistance(c)
      return (0..<count).map { x in
        let other = squaredDistance(x)
        let length = squares[x].squareRoot()
        guard x != c, length > 0 else { return -.infinity }
        let slack = error * (query.norm + other.norm + own.norm)
        let difference =
          other.square - own.square - 2 * slack * (other.square.squareRoot() + own.square.squareRoot() + slack)
        return difference / (2 * claim.constant * (length + slack))
      }
    }
  }

  /// ⟨u, ĉ − x̂⟩ and ‖ĉ − x̂‖² over the coordinates that images move, for every gallery item x.
  private func bisectors(_ c: Int, _ query: EmbeddingBall) -> (products: [Double], squares: [Double]) {
    let (count, width) = (gallery.count, query.center.count)
    var products = [Double](repeating: 0, count: count)
    var squares = products
    gallery.embeddings.withScalars { rows in
      query.center.withUnsafeBufferPointer { u in
        guard let base = rows.baseAddress, let u = u.baseAddress else { return }
        gk_bisectors(
          u, base + c * width, base, count, width, width - claim.constantCoordinates, &products, &squares)
      }
    }
    return (products, squares)
  }

  /// The radius within which one of the query's own class is certain to be among the first K others:
  /// the largest over positives p of the K-th smallest over negatives n of s(p, n); 0 where there is none.
  func recallRadius(_ query: EmbeddingBall, own: Int, k: Int = 1) -> Double {
    let labels = gallery.labels
    let negatives = labels.indices.filter { labels[$0] != labels[own] }
    let positives = labels.indices.filter { labels[$0] == labels[own] && $0 != own }
    guard !positives.isEmpty else { return 0 }
    guard negatives.count >= k else { return .infinity }
    var best = 0.0
    // A positive that is far from the query cannot stay ahead: the nearest ones decide, and fewer give a lower bound.
    for p in sorted(positives, byDistanceTo: query).prefix(16) {
      let behind = staysAhead(p, of: query)
      let values = negatives.map { behind[$0] }
      let kth = k == 1 ? values.min() ?? 0 : values.sorted()[k - 1]
      best = max(best, kth)
    }
    return best
  }

  private func sorted(_ items: [Int], byDistanceTo query: EmbeddingBall) -> [Int] {
    let width = query.center.count
    return gallery.embeddings.withScalars { rows in
      let keyed = items.map { item -> (Double, Int) in
        var value = 0.0
        for i in 0..<width {
          let x = Double(rows[item * width + i])
          value += gallery.geometry.isNormalized ? -query.center[i] * x : (query.center[i] - x) * (query.center[i] - x)
        }
        return (value, item)
      }
      return keyed.sorted { $0 < $1 }.map(\.1)
    }
  }

  /// How many gallery items are certainly, and possibly, ahead of c at a radius of the query.
  func itemsAhead(of c: Int, _ query: EmbeddingBall, radius: Double) -> ClosedRange<Int> {
    let behind = staysAhead(c, of: query)
    // −s(c, x) with its error on the other side: x stays ahead of c.
    let ahead = certainlyAhead(of: c, query, radius: radius)
    let possible = behind.indices.count { $0 != c && !(behind[$0] > radius) }
    return min(ahead, possible)...possible
  }

  private func certainlyAhead(of c: Int, _ query: EmbeddingBall, radius: Double) -> Int {
    guard gallery.geometry.isNormalized else { return euclideanAhead(of: c, query, radius: radius) }
    let (products, squares) = bisectors(c, query)
    return products.indices.count { x in
      let length = squares[x].squareRoot()
      let slack = query.slack * length + query.norm * 4 * claim.relativeError
      return x != c && -products[x] - slack > claim.constant * radius * (length + 4 * claim.relativeError)
    }
  }

  private func euclideanAhead(of c: Int, _ query: EmbeddingBall, radius: Double) -> Int {
    let width = query.center.count
    let reach = query.reach(radius)
    return gallery.embeddings.withScalars { rows in
      func distance(_ item: Int) -> Double {
        (0..<width).reduce(0.0) {
          let z = query.center[$1] - Double(rows[item * width + $1])
          return $0 + z * z
        }.squareRoot()
      }
      let own = distance(c)
      return (0..<gallery.count).count { $0 != c && distance($0) + 2 * reach < own }
    }
  }

  /// The distances, as the geometry measures them, within which a moved candidate stays from a fixed query.
  func distances(of candidate: EmbeddingBall, from query: [Double], radius: Double) -> ClosedRange<Double> {
    switch gallery.geometry {
    case .euclidean:
      let own = EmbeddingBall.length(zip(candidate.center, query).map { $0 - $1 })
      let reach = candidate.reach(radius) + claim.relativeError * EmbeddingBall.length(query)
      return max(0, own - reach)...own + reach
    case .sphere, .cosine:
      let angle = EmbeddingBall.angle(candidate.center, query)
      let turn = candidate.rotation(radius) + 4 * claim.relativeError
      let (low, high) = (max(0, angle - turn), min(.pi, angle + turn))
      return gallery.geometry == .sphere ? 2 * sin(low / 2)...2 * sin(high / 2) : 1 - cos(low)...1 - cos(high)
    }
  }
}
