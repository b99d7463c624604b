public import GauntletKit

/// Metrics from networks and weight files.
public enum Embeddings {
  /// Adds the module's metrics to the registry.
  ///
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.metrics.register(EmbeddingPlugin.plugin)
  }
}
