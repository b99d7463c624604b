public import GauntletKit

/// The attacks of the Empirical Robustness Score: nine plugins that give its ten components.
public enum RankingAttacks {
  /// The ids of the score's attacks, in its order; `es` gives two components.
  public static let ersProfile = RankingAttackKind.ofTheScore.map(\.rawValue)

  /// Registers the nine, SP-QA and the order attack; the nine together as the profile `ers`, and the published protocols.
  /// - Throws: `PluginError.duplicate`.
  public static func register(in registry: inout Registry) throws {
    for kind in RankingAttackKind.allCases {
      try registry.attacks.register(
        Plugin(kind.card, settings: kind.settings) { settings in RankingAttack(kind, settings) })
    }
    try registry.registerProfile("ers", attacks: ersProfile)
    for (id, members) in RankingProfiles.all { try registry.registerProfile(id, attacks: members) }
  }
}
