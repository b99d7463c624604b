/// What makes a metric robust: by training a backbone, by wrapping a metric at inference, or both.
public protocol Defense: Sendable {
  var card: Card { get }
  /// Makes the defended metric. A defense that trains reports progress to the session, saves checkpoints there, and goes
  /// on from the last one: a run that was killed gives the same weights, to the bit, as one that was not.
  func defend(_ start: Start, with data: TrainingData, in session: any TrainingSession) throws -> any Metric
}

/// What a defense starts from.
public enum Start: Sendable {
  /// An architecture with freshly initialised or pretrained weights.
  case backbone(Backbone)
  case metric(any Metric)
  /// A network that is to imitate the teachers.
  case student(Backbone, teachers: [any EmbeddingMetric])
}

/// The pictures that a defense may train on.
public enum TrainingData: Sendable {
  case retrieval(any RetrievalDataset)
  case triplets(any TripletDataset)

  public var dataset: any Dataset {
    switch self {
    case .retrieval(let dataset): dataset
    case .triplets(let dataset): dataset
    }
  }
}
