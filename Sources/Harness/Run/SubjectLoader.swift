internal import GauntletKit
internal import Tensors

/// What is asked: the metric behind a subject, and the clean gallery it makes of a dataset.
///
/// Keeps the last two subjects and galleries: cells come ordered by subject and dataset, and a batch may need a surrogate
/// beside its subject.
final class SubjectLoader {
  let models: ModelStore
  private typealias Loaded = (key: String, metric: any Metric, training: TrainedModel?)
  private var subjects: [Loaded] = []
  private var galleries: [(subject: String, dataset: String, gallery: Gallery)] = []
  private var claims: [String: LipschitzClaim?] = [:]
  /// A training that failed fails the same way for every cell of its subject: it is not tried again.
  private var failures: [String: any Error] = [:]

  init(models: ModelStore) { self.models = models }

  /// What is proved of a subject's embeddings; made once a subject.
  func claim(_ entry: Suite.SubjectEntry) throws -> LipschitzClaim? {
    if let known = claims[entry.key] { return known }
    let claim = try (load(entry).metric as? any EmbeddingMetric)?.lipschitzClaim()
    claims[entry.key] = .some(claim)
    return claim
  }

  /// A training that failed elsewhere, and is not tried here.
  func presumeFailed(_ key: String, _ error: any Error) { failures[key] = error }

  func metric(_ entry: Suite.SubjectEntry) throws -> any Metric { try load(entry).metric }
  func training(_ entry: Suite.SubjectEntry) throws -> TrainedModel? { try load(entry).training }

  private func load(_ entry: Suite.SubjectEntry) throws -> Loaded {
    if let place = subjects.firstIndex(where: { $0.key == entry.key }) {
      let found = subjects.remove(at: place)
      subjects.append(found)
      return found
    }
    if let failure = failures[entry.key] { throw failure }
    let loaded: Loaded
    switch entry.source {
    case .metric(_, let metric): loaded = (entry.key, metric, nil)
    case .wrapped(_, let defense, let inner): loaded = (entry.key, try wrapped(defense, inner), nil)
    case .model(let key):
      do {
        let model = try models.model(key)
        loaded = (entry.key, model.metric, model)
      } catch {
        failures[entry.key] = error
        throw error
      }
    }
    subjects = subjects.suffix(1) + [loaded]
    return loaded
  }

  private func wrapped(_ defense: any WrappingDefense, _ inner: Suite.Named) throws -> any Metric {
    switch inner.source {
    case .metric(_, let metric): try defense.wrap(metric)
    case .model(let key): try defense.wrap(models.model(key).metric)
    case .wrapped(_, let other, let inner): try defense.wrap(wrapped(other, inner))
    }
  }

  /// Embeds the whole test split in blocks, so that pixels of one block at a time are in memory.
  func gallery(
    _ entry: Suite.SubjectEntry, _ metric: any EmbeddingMetric, _ dataset: any RetrievalDataset, key: String
  ) throws -> Gallery {
    if let place = galleries.firstIndex(where: { $0.subject == entry.key && $0.dataset == key }) {
      let found = galleries.remove(at: place)
      galleries.append(found)
      return found.gallery
    }
    let labels = dataset.labels(.test)
    var parts: [Tensor] = []
    for start in stride(from: 0, to: labels.count, by: 256) {
      try Interruption.check()
      let images = try dataset.images(.test, Array(start..<min(start + 256, labels.count)))
      parts.append(try metric.placedEmbeddings(of: images))
    }
    let made = Gallery(embeddings: Tensor(concatenating: parts), labels: labels, geometry: metric.geometry)
    galleries = galleries.suffix(1) + [(entry.key, key, made)]
    return made
  }
}
