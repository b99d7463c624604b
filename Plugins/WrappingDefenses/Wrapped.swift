internal import GauntletKit
internal import Gradients

extension Start {
  /// What is wrapped: the metric, or the network as it is.
  /// - Throws: `NetworkError` for weights that are not the architecture's.
  func metric(card: Card) throws -> any Metric {
    switch self {
    case .metric(let metric): metric
    case .backbone(let backbone), .student(let backbone, _): try EmbeddingNetwork(card: card, backbone: backbone)
    }
  }
}

extension Card {
  /// The card of a metric that this defense's `action` stands around.
  func around(_ inner: Card, _ action: String) -> Card {
    Card(
      id: id, version: "\(version)+\(inner.version)", title: "\(inner.title), \(action)",
      definition: "\(definition). Around \(inner.id): \(inner.definition)", reference: reference)
  }
}
