public import GauntletKit

/// Trainers of retrieval models: `softmax` (pretraining), `none` (triplets without an adversary), `act`.
public enum RankingDefenses {
  /// Adds the module's defenses to the registry.
  ///
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.defenses.register(SoftmaxPretraining.plugin)
    try registry.defenses.register(UndefendedTraining.plugin)
    try registry.defenses.register(AntiCollapseTraining.plugin)
  }
}
