import GauntletKit
import Tensors

extension Work {
  /// As many embeddings as Stanford Online Products' test set has: 60,502 of 512 numbers in 11,316 classes.
  static let rankings = [
    // Where every item's classmates stand in its ranking of all others.
    Work(name: "ranks-60502", peers: ["numpy"]) {
      let gallery = productsSized(spread: 0)
      return { _ = RankingScores(gallery: gallery, queries: Array(0..<gallery.count)) }
    },
    // Those positions' scores, and NMI of k-means with as many clusters as classes.
    Work(name: "benign-60502", peers: []) { _ in
      let gallery = productsSized(spread: 0.5)
      return Performance(
        once: {
          _ = RankingScores(gallery: gallery, queries: Array(0..<gallery.count))
          _ = normalizedMutualInformation(of: gallery, seed: 1)
        }, isWarm: true)
    },
  ]

  /// - Parameter spread: deviation of the classes' centres; that of the items around them is 1.
  private static func productsSized(spread: Float) -> Gallery {
    let (count, classes, size) = (60_502, 11_316, 512)
    var stream = RandomStream(seed: 1, ["embeddings"])
    var points = Tensor(normal: [count, size], deviation: 1, using: &stream)
    if spread > 0 {
      let centres = Tensor(normal: [classes, size], deviation: spread, using: &stream)
      points.withMutableScalars { x in
        centres.withScalars { y in
          for i in x.indices { x[i] += y[i / size % classes * size + i % size] }
        }
      }
    }
    return Gallery(
      embeddings: Geometry.sphere.placed(points), labels: (0..<count).map { $0 % classes }, geometry: .sphere)
  }
}
