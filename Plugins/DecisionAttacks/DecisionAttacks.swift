public import GauntletKit

/// Attacks on two-alternative decisions.
public enum DecisionAttacks {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.attacks.register(
      Plugin(DecisionPGD.card, settings: DecisionPGD.settings) { settings in DecisionPGD(settings) })
  }
}
