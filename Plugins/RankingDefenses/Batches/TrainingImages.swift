internal import GauntletKit
internal import Tensors

/// Hands out images of the training split; keeps all of them in memory where that is cheap.
final class TrainingImages {
  /// 256 MiB: every image of small data, not of large.
  private static let affordable = 64 << 20

  private let dataset: any RetrievalDataset
  private var kept: (images: Tensor?, uncropped: Tensor?) = (nil, nil)
  let labels: [Int]

  init(_ dataset: any RetrievalDataset) throws {
    self.dataset = dataset
    labels = dataset.labels(.train)
  }

  /// [N, C, H, W], augmented. Random crops are taken from the larger pictures where the dataset has them.
  func images(_ rows: [BatchRow], augmentation: Augmentation, seed: UInt64) throws -> Tensor {
    let indices = rows.map(\.image)
    guard augmentation == .cropFlip, let dataset = dataset as? any UncroppedDataset,
      dataset.uncropped != dataset.images
    else {
      let images = try taken(indices, of: dataset.images, from: \.images) { try self.dataset.images(.train, $0) }
      return augmentation.applied(to: images, rows: rows, seed: seed)
    }
    let pictures = try taken(indices, of: dataset.uncropped, from: \.uncropped) { try dataset.uncropped(.train, $0) }
    return Augmentation.cropped(from: pictures, to: dataset.images, rows: rows, seed: seed)
  }

  /// Rows of what is kept; keeps everything at first, if that is affordable.
  private func taken(
    _ indices: [Int], of spec: ImageSpec, from place: WritableKeyPath<(images: Tensor?, uncropped: Tensor?), Tensor?>,
    _ read: ([Int]) throws -> Tensor
  ) throws -> Tensor {
    guard spec.shape(labels.count).count <= Self.affordable else { return try read(indices) }
    if kept[keyPath: place] == nil { kept[keyPath: place] = try read(Array(labels.indices)) }
    return try kept[keyPath: place]?.rows(indices) ?? read(indices)
  }

  /// Looks at retrieval among the dataset's test images during training.
  func validation(geometry: Geometry, times: Int) throws -> Validation? {
    try Validation(dataset, geometry: geometry, times: times)
  }
}
