internal import GauntletKit

/// What collapse-aware triplet decoupling can be told: each switch of its ablations (retrieval specification 9.5).
struct CollapseAwareSettings: Hashable, Sendable {
  /// Whose images a step moves.
  enum Phases: String, CaseIterable, Sendable {
    /// Positive and negative in even steps, the anchor in odd ones.
    case alternate
    /// Candidate perturbation: positive and negative.
    case cap
    /// Anchor perturbation.
    case anp
    /// Simultaneous perturbation of all three.
    case sip
  }

  /// What an adversary is for.
  enum Aim: String, CaseIterable, Sendable {
    /// Makes triplets harder.
    case attack
    /// Makes them easier.
    case assist
    /// Leaves them as they are.
    case none
  }

  /// How hard an attack makes triplets.
  enum AttackEnd: String, CaseIterable, Sendable {
    /// Until D(a,p) = D(a,n), by the hinge of the published losses.
    case balanced
    /// As hard as its steps can: min-max training.
    case hardest
  }

  /// What α is multiplied by in epoch e of E.
  enum StepRamp: String, CaseIterable, Sendable {
    /// e/E: no adversary in the first epoch, as in the published code.
    case epoch
    /// (e + 1)/E
    case next
    /// 1
    case none
  }

  enum Mode: String, CaseIterable, Sendable {
    /// The paper's equations.
    case corrected
    /// The published code: candidates are never assisted, the anchor's first term assists and only its second attacks,
    /// and L_TT joins every update.
    case faithful
  }

  let mode: Mode
  let phases: Phases
  let collapseness: Collapseness
  /// Whether inner distances are D_W rather than plain means.
  let weighsDistances: Bool
  let separable: Aim
  let collapsing: Aim
  let attackEnd: AttackEnd
  /// The share of the training before which collapsing triplets are left alone rather than assisted.
  let assistFrom: Double
  /// Whether L_TOP helps to move the anchor.
  let hasTopPull: Bool
  /// β of L_TT.
  let topWeight: Float
  /// γ_top
  let topMargin: Float
  let ramp: StepRamp
  /// Whether the band of the sampler shrinks from epoch to epoch.
  let isGradual: Bool
  /// Parts of the training that count as epochs; nil for its epochs.
  let stages: Int?

  init(_ values: SettingValues) {
    func choice<Choice: RawRepresentable<String>>(_ name: String, _ other: Choice) -> Choice {
      Choice(rawValue: values.text(name)) ?? other
    }
    mode = choice("mode", .corrected)
    phases = choice("phases", .alternate)
    collapseness = Collapseness(choice("weighting", .near), attention: values.number("attention"))
    weighsDistances = values.text("inner-distance") != "mean"
    separable = choice("when-separable", .attack)
    collapsing = choice("when-collapsing", .assist)
    attackEnd = mode == .faithful ? .balanced : choice("attack-until", .balanced)
    assistFrom = values.number("assist-from")
    hasTopPull = values.flag("top-pull")
    topWeight = Float(values.number("top-weight"))
    topMargin = Float(values.number("top-margin"))
    ramp = choice("step-ramp", .epoch)
    isGradual = values.flag("gradual-band")
    stages = values.optionalInteger("stages")
  }

  static let schema: [Setting] = {
    func choice<Choice: CaseIterable & RawRepresentable<String>>(
      _ name: String, _: Choice.Type, default text: Choice, help: String
    ) -> Setting {
      Setting(name, .choice(Choice.allCases.map(\.rawValue)), default: text.rawValue, help: help)
    }
    return [
      choice(
        "mode", Mode.self, default: .corrected,
        help: "faithful: the published code, which differs from its paper: candidates never assisted, the anchor "
          + "attacked by L_TOP alone, L_TT in every update"),
      choice(
        "phases", Phases.self, default: .alternate,
        help: "whose images a step moves: candidates and anchor by turns, candidates (cap), the anchor (anp), all "
          + "three (sip)"),
      choice(
        "weighting", Collapseness.Weighting.self, default: .near,
        help: "of distances in collapseness: near the anchor (the paper's words), far (its code), uniform (hardness)"),
      Setting(
        "attention", .number(0...1000), default: "10", help: "λ of the weighting; CUB 10, Cars 9.5, SOP 2"),
      Setting(
        "inner-distance", .choice(["weighted", "mean"]), default: "weighted",
        help: "D of the inner search: weighted like collapseness, or the plain mean"),
      choice(
        "when-separable", Aim.self, default: .attack, help: "what the adversary is for where collapseness is at most 0"),
      choice(
        "when-collapsing", Aim.self, default: .assist,
        help: "what it is for where collapseness is positive; attack in both, until hardest, is the naive adversary"),
      choice(
        "attack-until", AttackEnd.self, default: .balanced,
        help: "how hard an attack makes triplets: until D(a,p) = D(a,n) (balanced), or without an end (hardest)"),
      Setting(
        "assist-from", .number(0...1), default: "1/3",
        help: "share of the training before which collapsing triplets are left clean instead of assisted; the paper's "
          + "own share is not known"),
      Setting("top-pull", .flag, default: "true", help: "whether L_TOP helps to attack the anchor"),
      Setting("top-weight", .number(0...1000), default: "0.5", help: "β of L_TT in anchor updates"),
      Setting("top-margin", .number(-4...4), default: "0.04", help: "γ_top of L_TT"),
      choice(
        "step-ramp", StepRamp.self, default: .epoch,
        help: "what α is multiplied by in epoch e of E: e/E, (e + 1)/E (next), or 1 (none)"),
      Setting(
        "gradual-band", .flag, default: "true",
        help: "whether the band of semi-hard negatives shrinks by (1 − e/(2E))²"),
      Setting(
        "stages", .integer(1...1_000_000), default: "",
        help: "equal parts of the training that count as its E epochs; empty for the epochs themselves"),
    ]
  }()
}
