public import GauntletKit

/// Trainers of retrieval models: `softmax` (pretraining), `none` (triplets without an adversary), and adversarial
/// trainings over triplets, each of them a recipe.
public enum RankingDefenses {
  /// Adds the module's defenses to the registry.
  ///
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    for plugin in [
      SoftmaxPretraining.plugin, CleanRecipe.plugin, EmbeddingShiftRecipe.plugin, EmbeddingStabilityRecipe.plugin,
      RevisedEmbeddingShiftRecipe.plugin, PerturbedTripletRecipe.collapse, PerturbedTripletRecipe.threeBodyCollapse,
      PerturbedTripletRecipe.hardness, PerturbedTripletRecipe.hardnessOfClean, HardnessManipulationRecipe.plugin,
      CollapseAwareRecipe.plugin,
    ] { try registry.defenses.register(plugin) }
  }
}
