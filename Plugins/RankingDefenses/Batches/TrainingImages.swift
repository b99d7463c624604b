internal import GauntletKit
internal import Tensors

/// Hands out images of the training split; keeps all of them in memory where that is cheap.
final class TrainingImages {
  /// 256 MiB: every image of small data, not of large.
  private static let affordable = 64 << 20

  private let dataset: any RetrievalDataset
  private let kept: Tensor?
  let labels: [Int]

  init(_ dataset: any RetrievalDataset) throws {
    self.dataset = dataset
    labels = dataset.labels(.train)
    kept =
      dataset.images.shape(labels.count).count <= Self.affordable
      ? try dataset.images(.train, Array(labels.indices)) : nil
  }

  /// [N, C, H, W], augmented.
  func images(_ rows: [BatchRow], augmentation: Augmentation, seed: UInt64) throws -> Tensor {
    let indices = rows.map(\.image)
    let images = try kept?.rows(indices) ?? dataset.images(.train, indices)
    return augmentation.applied(to: images, rows: rows, seed: seed)
  }

  /// Looks at retrieval among the dataset's test images during training.
  func validation(geometry: Geometry, times: Int) throws -> Validation? {
    try Validation(dataset, geometry: geometry, times: times)
  }
}
