public import GauntletKit

/// Distances of pixels that need no weights: `l2`, `psnr`, `ssim`, `ms-ssim`.
public enum ClassicMetrics {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.metrics.register(Plugin(PixelDistance.card) { _ in PixelDistance() })
    try registry.metrics.register(Plugin(PeakSignalToNoise.card) { _ in PeakSignalToNoise() })
    try registry.metrics.register(
      Plugin(StructuralSimilarity.card, settings: StructuralSimilarity.settings) { StructuralSimilarity($0) })
    try registry.metrics.register(
      Plugin(MultiScaleSimilarity.card, settings: MultiScaleSimilarity.settings) { MultiScaleSimilarity($0) })
  }
}
