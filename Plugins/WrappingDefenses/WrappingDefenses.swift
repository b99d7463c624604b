public import GauntletKit

/// Defenses that train nothing: they change the images on their way into a metric. `jpeg` and `smoothing`.
public enum WrappingDefenses {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.defenses.register(Plugin(JPEGDefense.card, settings: JPEGDefense.settings) { JPEGDefense($0) })
    try registry.defenses.register(
      Plugin(SmoothingDefense.card, settings: SmoothingDefense.settings) { SmoothingDefense($0) })
  }
}
