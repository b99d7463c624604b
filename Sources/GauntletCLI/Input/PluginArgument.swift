internal import GauntletKit

/// Plugins named on the command line.
enum PluginArgument {
  static func metric(_ text: String) throws -> any Metric {
    try GauntletCLI.registry.metrics.make(PluginReference(text))
  }

  static func embeddingMetric(_ text: String) throws -> any EmbeddingMetric {
    let metric = try metric(text)
    guard let embedding = metric as? any EmbeddingMetric else {
      throw CommandError.usage(
        "\(metric.card.id) embeds nothing; name a metric that does, such as embedding:weights=FILE")
    }
    return embedding
  }

  static func attack(_ text: String) throws -> any Attack {
    try GauntletCLI.registry.attacks.make(PluginReference(text))
  }
}
