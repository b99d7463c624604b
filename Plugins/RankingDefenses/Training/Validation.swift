internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors

/// R@1 on pictures of classes that are not trained on, now and then during a training: a curve of its log.
///
/// It changes nothing: the last weights are the result, as in the papers.
struct Validation {
  /// At most so many test images, spread evenly over the split, are queries and gallery at once.
  static let affordable = 1000

  let images: Tensor
  let labels: [Int]
  let geometry: Geometry
  /// How often, in equal distances; the last time after the last step.
  let times: Int

  /// Nil where `times` is 0 or the dataset has no test images.
  init?(_ dataset: any RetrievalDataset, geometry: Geometry, times: Int) throws {
    let all = dataset.labels(.test)
    guard times > 0, !all.isEmpty else { return nil }
    let count = min(all.count, Self.affordable)
    let chosen = (0..<count).map { $0 * all.count / count }
    images = try dataset.images(.test, chosen)
    labels = chosen.map { all[$0] }
    self.geometry = geometry
    self.times = times
  }

  func log(
    after step: Int, of total: Int, network: TrainableNetwork, in session: any TrainingSession
  ) throws {
    guard (step + 1) * times / total > step * times / total else { return }
    session.log("recall-at-1", step: step, value: try recall(network))
  }

  /// The share of images whose nearest other one has their label; 0…1.
  private func recall(_ network: TrainableNetwork) throws -> Double {
    let block = 128
    let parts = try stride(from: 0, to: labels.count, by: block).map { first in
      let rows = images.rows(first..<min(first + block, labels.count))
      return geometry.placed(try network.evaluate(Variable(constant: rows)).value)
    }
    let embeddings = Tensor(concatenating: parts)
    var hits = 0
    for first in stride(from: 0, to: labels.count, by: block) {
      let rows = first..<min(first + block, labels.count)
      let distances = geometry.distances(embeddings.rows(rows), toAll: embeddings)
      distances.withScalars { d in
        for query in rows {
          let row = (query - first) * labels.count
          var nearest = -1
          for item in labels.indices where item != query && (nearest < 0 || d[row + item] < d[row + nearest]) {
            nearest = item
          }
          if nearest >= 0 && labels[nearest] == labels[query] { hits += 1 }
        }
      }
    }
    return Double(hits) / Double(labels.count)
  }
}
