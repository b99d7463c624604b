/// A defense that trains nothing: it stands around a metric, at inference. The same around any metric, at any time, and
/// nothing is stored of it.
public protocol WrappingDefense: Defense {
  /// The defended metric.
  /// - Throws: `PluginError.unusable` for a metric that it cannot stand around.
  func wrap(_ metric: any Metric) throws -> any Metric
}

extension WrappingDefense {
  /// Wraps the metric, or the network as it is; the data and the session are not used.
  public func defend(
    _ start: Start, with data: TrainingData, in session: any TrainingSession
  ) throws -> any Metric {
    switch start {
    case .metric(let metric): try wrap(metric)
    case .backbone(let backbone), .student(let backbone, _):
      try wrap(try EmbeddingNetwork(card: card, backbone: backbone))
    }
  }
}
