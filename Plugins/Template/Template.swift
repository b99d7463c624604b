public import GauntletKit

/// The skeleton of a plugin family: copy the folder, rename, and add a line to `Package.swift` and to `BuiltIns`.
///
/// It is compiled and tested, and not registered among the built-ins.
public enum Template {
  public static func register(in registry: inout Registry) throws {
    try registry.metrics.register(
      Plugin(MeanColorDistance.card, settings: MeanColorDistance.settings) { MeanColorDistance($0) })
  }
}
