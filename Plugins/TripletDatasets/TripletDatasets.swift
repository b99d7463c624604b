public import GauntletKit

/// Datasets of references with two candidates each, made of pictures in files: `folder-triplets`.
public enum TripletDatasets {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.datasets.register(
      Plugin(FolderTriplets.card, settings: FolderTriplets.settings) { try FolderTriplets($0) })
  }
}
