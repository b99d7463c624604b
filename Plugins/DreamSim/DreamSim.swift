public import GauntletKit

/// The perceptual metric of Fu et al. (NeurIPS 2023): cosine distances of transformers' embeddings, tuned with LoRA.
public enum DreamSim {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.metrics.register(DreamSimPlugin.plugin)
  }
}
