import GauntletKit
import Tensors

extension Work {
  /// Where every item's classmates stand in its ranking of all others, for as many embeddings as Stanford Online
  /// Products' test set has: 60,502 of 512 numbers in 11,316 classes.
  static let rankings = [
    Work(name: "ranks-60502", peers: ["numpy"]) {
      let (count, classes) = (60_502, 11_316)
      var stream = RandomStream(seed: 1, ["embeddings"])
      let noise = Tensor(normal: [count, 512], deviation: 1, using: &stream)
      let gallery = Gallery(
        embeddings: Geometry.sphere.placed(noise), labels: (0..<count).map { $0 % classes }, geometry: .sphere)
      return { _ = RankingScores(gallery: gallery, queries: Array(0..<count)) }
    }
  ]
}
