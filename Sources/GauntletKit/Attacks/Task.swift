public import Tensors

/// A subject asked a question on one batch of a dataset. An attack answers with stages for it.
public enum Task: Sendable {
  case twoAlternative(TwoAlternativeTask)
  case retrieval(RetrievalTask)

  public var kind: TaskKind {
    switch self {
    case .twoAlternative: .twoAlternative
    case .retrieval: .retrieval
    }
  }

  /// The samples' indices in the dataset.
  public var ids: [Int] {
    switch self {
    case .twoAlternative(let task): task.ids
    case .retrieval(let task): task.ids
    }
  }

  /// The images that are perturbed: [N, C, H, W]; of triplets where several move, [N, k·C, H, W].
  public var images: Tensor {
    switch self {
    case .twoAlternative(let task): task.movedImages
    case .retrieval(let task): task.images
    }
  }
}

public enum TaskKind: String, Hashable, Sendable, Codable {
  case twoAlternative = "two-alternative"
  case retrieval
}

/// Which of two candidates is closer to a reference? The reference is perturbed, or the images that `moved` names.
public struct TwoAlternativeTask: Sendable {
  public let metric: any Metric
  public let ids: [Int]
  public let triplets: Triplets
  /// Features of the candidates.
  public let first: Features
  public let second: Features
  /// Which images are perturbed.
  public let moved: MovedImages

  public init(metric: any Metric, ids: [Int], triplets: Triplets, moved: MovedImages = .reference) throws {
    self.metric = metric
    self.ids = ids
    self.triplets = triplets
    self.moved = moved
    first = try metric.features(of: triplets.first)
    second = try metric.features(of: triplets.second)
  }

  /// The images that are perturbed, a row a sample, in the order of `MovedImages`.
  public var movedImages: Tensor { triplets.images(moved) }
}

/// Who comes first in the ranking? Test images are perturbed, as queries or as candidates; the gallery is clean.
public struct RetrievalTask: Sendable {
  public let metric: any EmbeddingMetric
  public let gallery: Gallery
  /// Where the perturbed images' clean copies stand in the gallery.
  public let ids: [Int]
  public let images: Tensor
  /// The seed of the suite: random targets are keyed by (seed, attack, sample).
  public let seed: UInt64
  /// The gallery whose clean rankings decide what is aimed at: `gallery`, or where a search runs on a surrogate, that of
  /// the subject which the outcome is measured on.
  public let aims: Gallery

  public init(
    metric: any EmbeddingMetric, gallery: Gallery, ids: [Int], images: Tensor, seed: UInt64, aims: Gallery? = nil
  ) {
    precondition(images.rows == ids.count, "\(images.rows) images for \(ids.count) samples")
    precondition(
      aims.map { $0.labels == gallery.labels } ?? true, "a surrogate's gallery holds the same images as the subject's")
    self.aims = aims ?? gallery
    self.metric = metric
    self.gallery = gallery
    self.ids = ids
    self.images = images
    self.seed = seed
  }

  /// Clean placed embeddings of the perturbed images: [n, D].
  public var cleanEmbeddings: Tensor { gallery.embeddings.rows(ids) }
}

/// The clean test split: what queries are ranked against.
public struct Gallery: Sendable {
  /// Placed embeddings: [N, D].
  public let embeddings: Tensor
  public let labels: [Int]
  public let geometry: Geometry

  public init(embeddings: Tensor, labels: [Int], geometry: Geometry) {
    precondition(embeddings.rows == labels.count, "\(embeddings.rows) embeddings for \(labels.count) labels")
    self.embeddings = embeddings
    self.labels = labels
    self.geometry = geometry
  }

  public var count: Int { labels.count }
}
