public import GauntletKit

/// Datasets that are drawn, not stored: `shapes` (retrieval) and `triplets` (two-alternative forced choice).
public enum SyntheticDatasets {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.datasets.register(
      Plugin(ShapesDataset.card, settings: ShapesDataset.settings) { ShapesDataset($0) })
    try registry.datasets.register(
      Plugin(DrawnTriplets.card, settings: DrawnTriplets.settings) { try DrawnTriplets($0) })
  }
}
