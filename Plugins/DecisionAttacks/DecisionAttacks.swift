public import GauntletKit

/// Attacks on two-alternative decisions.
public enum DecisionAttacks {
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    try registry.attacks.register(
      Plugin(DecisionPGD.card, settings: DecisionPGD.settings) { settings in DecisionPGD(settings) })
    try registry.attacks.register(
      Plugin(SelfDistance.card, settings: SelfDistance.settings) { settings in SelfDistance(settings) })
    for kind in DecisionAttackKind.allCases {
      try registry.attacks.register(
        Plugin(kind.card, settings: kind.settings) { settings in DecisionAttack(kind, settings) })
    }
    try registry.attacks.register(
      Plugin(TwoAlternativeAutoAttack.card, settings: TwoAlternativeAutoAttack.settings) { settings in
        try TwoAlternativeAutoAttack(settings)
      })
  }
}
