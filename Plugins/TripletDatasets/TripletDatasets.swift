public import GauntletKit

/// Datasets of references with two candidates each (and their relatives), made of pictures in files: published ones
/// (`night`, `bapps`, `bapps-jnd`, `things`), those of a table (`triplets-csv`), and made ones (`folder-triplets`).
public enum TripletDatasets {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.datasets.register(
      Plugin(FolderTriplets.card, settings: FolderTriplets.settings) { try FolderTriplets($0) })
    try registry.datasets.register(Plugin(CSVTriplets.card, settings: CSVTriplets.settings, make: CSVTriplets.dataset))
    try registry.datasets.register(Plugin(Night.card, settings: Night.settings, make: Night.dataset))
    try registry.datasets.register(Plugin(Patches.card, settings: Patches.settings, make: Patches.dataset))
    try registry.datasets.register(Plugin(PatchPairs.card, settings: PatchPairs.settings) { try PatchPairs($0) })
    try registry.datasets.register(Plugin(Trios.card, settings: Trios.settings) { try Trios($0) })
  }
}
