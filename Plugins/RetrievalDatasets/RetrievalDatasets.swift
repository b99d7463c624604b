public import GauntletKit

/// Datasets of labelled pictures in files: `image-folder`.
public enum RetrievalDatasets {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.datasets.register(Plugin(ImageFolder.card, settings: ImageFolder.settings) { try ImageFolder($0) })
  }
}
