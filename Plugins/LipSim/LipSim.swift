public import GauntletKit

/// LipSim (Ghazanfari et al., "LipSim: a provably robust perceptual similarity metric", ICLR 2024): its published weights as
/// a metric, and its two stages of training as defenses.
public enum LipSim {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.metrics.register(LipSimMetric.plugin)
    try registry.defenses.register(Distillation.plugin)
    try registry.defenses.register(Finetuning.plugin)
  }
}
