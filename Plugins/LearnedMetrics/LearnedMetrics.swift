public import GauntletKit

/// Distances of the features of trained networks: `lpips` and `dists`.
public enum LearnedMetrics {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.metrics.register(LPIPSPlugin.plugin)
    try registry.metrics.register(DISTSPlugin.plugin)
  }
}
