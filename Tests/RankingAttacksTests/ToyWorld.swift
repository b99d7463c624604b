import Foundation
import GauntletKit
import Gradients
import Tensors

/// φ(x) = Wx, W[i][j] = sin(1 + 3i + 7j), on "images" of 1×1×6 pixels.
struct ToyMetric: EmbeddingMetric {
  var geometry = Geometry.sphere
  let card = Card(id: "toy", version: "1", title: "Toy", definition: "Wx", reference: "none")
  var input: ImageRequirement { .exactly(ImageSpec(channels: 1, height: 1, width: 6)) }
  var dimension: Int { 4 }
  static let weights: [[Double]] = (0..<4).map { i in (0..<6).map { j in sin(Double(1 + 3 * i + 7 * j)) } }

  func embed(_ images: Variable) throws -> Variable {
    productMatrix(
      images.reshaped([images.shape[0], 6]), Tensor(Self.weights.map { $0.map { Float($0) } }))
  }
}

/// Twelve images in four classes, image 4 under attack.
enum ToyWorld {
  static let pixels: [[Double]] = (0..<12).map { k in
    (0..<6).map { j in
      let angle = 2 * Double(k) + 1.3 * Double(j)
      return 0.5 + 0.4 * cos(angle)
    }
  }
  static let labels = (0..<12).map { $0 / 3 }

  static var images: Tensor { Tensor(pixels.flatMap { $0.map { Float($0) } }, [12, 1, 1, 6]) }

  static func gallery(_ metric: ToyMetric = ToyMetric()) throws -> Gallery {
    Gallery(
      embeddings: try metric.placedEmbeddings(of: images), labels: labels, geometry: metric.geometry)
  }

  static func task(_ ids: [Int] = [4], metric: ToyMetric = ToyMetric(), seed: UInt64 = 1) throws -> RetrievalTask {
    RetrievalTask(metric: metric, gallery: try gallery(metric), ids: ids, images: images.rows(ids), seed: seed)
  }

  static let threat = ThreatModel(norm: .linf, epsilon: 0.05)

  /// Four steps of 0.02 from image 4; the perturbation in units of ε.
  static func attacked(_ objective: any Objective) throws -> (images: Tensor, perturbation: [Double]) {
    let clean = images.rows([4])
    let found = try ProjectedGradientDescent(steps: 4, stepSize: 0.02).run(
      objective, from: clean, samples: [0], within: threat, seeds: SampleSeeds(seed: 1, attack: "toy", ids: [4]))
    return (found, zip(found.scalars, clean.scalars).map { (Double($0) - Double($1)) / 0.05 })
  }
}
