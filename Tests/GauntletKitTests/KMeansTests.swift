import GauntletKit
import Tensors
import Testing

/// Many clusters: seeds lag behind each other, and most centres stay while some move.
@Suite struct KMeansTests {
  private let count = 2000
  private let clusters = 300

  private func points() -> Tensor {
    var random = RandomStream(seed: 43, ["many clusters"])
    return Tensor(normal: [count, 12], deviation: 1, using: &random)
  }

  /// At the end nothing moves: every point is nearest to the mean of its own cluster.
  @Test func everyPointEndsInTheNearestCluster() {
    let points = points()
    let found = kMeans(points, clusters: clusters, iterations: 1000, seed: 3)
    var sums = [[Double]](repeating: [Double](repeating: 0, count: 12), count: clusters)
    var counts = [Double](repeating: 0, count: clusters)
    for point in 0..<count {
      counts[found[point]] += 1
      for j in 0..<12 { sums[found[point]][j] += Double(points[point * 12 + j]) }
    }
    func square(_ point: Int, _ cluster: Int) -> Double {
      (0..<12).reduce(0) {
        let offset = Double(points[point * 12 + $1]) - sums[cluster][$1] / counts[cluster]
        return $0 + offset * offset
      }
    }
    let used = counts.indices.filter { counts[$0] > 0 }
    #expect(used.count > clusters * 9 / 10)
    for point in 0..<count {
      let own = square(point, found[point])
      #expect(used.allSatisfy { own <= square(point, $0) * (1 + 1e-5) })
    }
  }

  /// Moved centres alone are looked at again: that must not change what a full pass would have found.
  @Test func fewerIterationsAreAPrefixOfMore() {
    let points = points()
    func objective(_ iterations: Int) -> Double {
      let found = kMeans(points, clusters: clusters, iterations: iterations, seed: 3)
      var total = 0.0
      for cluster in Set(found) {
        let members = points.rows(found.indices.filter { found[$0] == cluster })
        for j in 0..<12 {
          let values = (0..<members.rows).map { Double(members[$0 * 12 + j]) }
          let mean = values.reduce(0, +) / Double(values.count)
          total += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
      }
      return total
    }
    let falls = [0, 1, 2, 3, 5, 8, 20].map(objective)
    for (earlier, later) in zip(falls, falls.dropFirst()) { #expect(later <= earlier * (1 + 1e-6)) }
    #expect(falls[6] < falls[0] * 0.95)
  }

  /// Far blobs: k-means++ puts a seed into nearly every one of them, also where its squares lag behind.
  @Test func seedsSpread() {
    var random = RandomStream(seed: 44, ["blobs"])
    var points = Tensor(normal: [1600, 8], deviation: 1e-3, using: &random)
    let centres = Tensor(normal: [400, 8], deviation: 10, using: &random)
    for point in 0..<1600 { for j in 0..<8 { points[point * 8 + j] += centres[point % 400 * 8 + j] } }
    let found = kMeans(points, clusters: 400, iterations: 0, seed: 5)
    #expect(normalizedMutualInformation((0..<1600).map { $0 % 400 }, found) > 0.999)
  }

  @Test func workersChangeNothing() {
    let points = points()
    let before = Workers.count
    defer { Workers.count = before }
    Workers.count = 1
    let one = kMeans(points, clusters: clusters, iterations: 25, seed: 3)
    Workers.count = 3
    #expect(kMeans(points, clusters: clusters, iterations: 25, seed: 3) == one)
  }

  /// Points that are not numbers are in cluster 0 and move no other.
  @Test func whatIsNotANumberIsInTheFirstCluster() {
    var points = points()
    points[7 * 12 + 3] = .nan
    let found = kMeans(points, clusters: clusters, iterations: 5, seed: 3)
    #expect(found[7] == 0 && Set(found).count > clusters / 2)
  }
}
