internal import GauntletKit

/// AutoAttack for two alternatives: searches that differ where two classes are all there is, in a cascade.
///
/// With two classes the DLR does not exist, targets are one, and cross-entropy is the margin but for rounding; so, with
/// m = d(x̃, farther) − d(x̃, closer): APGD on m, APGD on m/(d₀ + d₁), FAB with its one boundary, and Square on m.
struct TwoAlternativeAutoAttack: Attack {
  static let card = Card(
    id: "autoattack-2afc", version: "1", title: "AutoAttack for two alternatives",
    definition:
      "the worst of APGD on the margin, APGD on the relative margin, FAB and Square, each on the samples that "
      + "hold so far, over the reference x̃; 2AFC credit in 0…1, higher is better",
    equation:
      "credit = min over the parts of the credit that each leaves; parts: APGD on m, APGD on m/(d₀ + d₁), FAB, Square on m",
    reference: "after Croce and Hein, Reliable evaluation of adversarial robustness with an ensemble of diverse "
      + "parameter-free attacks, ICML 2020 (arXiv 2003.01690)",
    deviations: [
      "Written for two classes: the DLR needs three and its targeted form four, so both are absent; cross-entropy is the "
        + "margin but for rounding, and one target is all there is. The relative margin takes the DLR's place.",
      "version=lipsim and version=fra31 run what the published codes of those names run.",
    ]
  )

  static let settings =
    DecisionSettings.ball + [
      Setting(
        "version", .choice(Version.allCases.map(\.rawValue)), default: "standard",
        help:
          "standard: apgd-margin, apgd-relative, fab, square; plus: apgd-shift first, 5 restarts of all but square; "
          + "rand: both apgd with 20 draws a gradient; lipsim: what its published code runs under this name, apgd-ce; "
          + "fra31: apgd-ce and apgd-margin, as in its perceptual metrics; custom: what parts says"),
      Setting(
        "parts", .text, default: "",
        help: "of version custom: names joined by +, in their order: "
          + Part.allCases.map(\.rawValue).joined(separator: ", ")),
      DecisionSettings.steps(100),
      Setting("queries", .integer(1...1_000_000), default: "5000", help: "queries of square"),
      DecisionSettings.earlyStop, DecisionSettings.mode,
    ]

  enum Version: String, CaseIterable {
    case standard, plus, rand, lipsim, fra31, custom
  }

  enum Part: String, CaseIterable {
    case margin = "apgd-margin"
    case relative = "apgd-relative"
    case crossEntropy = "apgd-ce"
    case shift = "apgd-shift"
    case fab, square
  }

  private let cascade: Cascade
  let threat: ThreatModel
  let mode: AttackMode

  /// - Throws: `PluginError.unusable` where the version and the parts do not go together.
  init(_ settings: SettingValues) throws {
    threat = ThreatModel(settings)
    mode = DecisionSettings.mode(settings)
    let version = Version(rawValue: settings.text("version")) ?? .standard
    let named = try Self.parts(settings.text("parts"))
    guard named.isEmpty == (version != .custom) else {
      throw PluginError.unusable(
        plugin: Self.card.id,
        reason: version == .custom
          ? "version custom names no parts; give parts, such as parts=apgd-margin+square"
          : "version \(version.rawValue) has its own parts, and parts are named too; take version=custom")
    }
    let parts: [Part] =
      switch version {
      case .standard: [.margin, .relative, .fab, .square]
      case .plus: [.shift, .margin, .relative, .fab, .square]
      case .rand: [.margin, .relative]
      case .lipsim: [.crossEntropy]
      case .fra31: [.crossEntropy, .margin]
      case .custom: named
      }
    let (threat, mode) = (threat, mode)
    cascade = Cascade(
      parts.map { Self.part($0, version, mode, threat, settings) }, keepsCleanOfUnbroken: mode == .faithful)
  }

  private static func parts(_ text: String) throws -> [Part] {
    try text.split(separator: "+").map { name in
      guard let part = Part(rawValue: String(name)) else {
        let known = Part.allCases.map(\.rawValue)
        throw PluginError.settings(
          plugin: card.id,
          [.invalid("parts", value: String(name), expected: "names joined by +, of: \(known.joined(separator: ", "))")])
      }
      return part
    }
  }

  private static func part(
    _ part: Part, _ version: Version, _ mode: AttackMode, _ threat: ThreatModel, _ settings: SettingValues
  ) -> Cascade.Part {
    let restarts = version == .plus ? 5 : 1
    let (steps, stops) = (settings.integer("steps"), settings.flag("early-stop"))
    switch part {
    case .fab:
      let fab = FastAdaptiveBoundary(steps: steps, restarts: restarts, stopsWhenBroken: stops)
      return Cascade.Part(part.rawValue, fab, cost: fab.expectedCost(classCount: 2))
    case .square:
      let square = SquareSearch(queries: settings.integer("queries"), score: .loss, stopsWhenBroken: stops)
      return Cascade.Part(part.rawValue, square, loss: .margin, cost: square.expectedCost)
    case .margin, .relative, .crossEntropy, .shift:
      let loss: DecisionLoss =
        switch part {
        case .relative: .relativeMargin
        case .crossEntropy: .crossEntropy
        case .shift: .shift
        default: .margin
        }
      let apgd = AutoPGD(
        steps: steps, restarts: part == .shift ? 1 : restarts, mode: mode, stopsWhenBroken: stops,
        shrinksBall: threat.norm == .l1, draws: version == .rand ? 20 : 1)
      return Cascade.Part(part.rawValue, apgd, loss: loss, cost: apgd.expectedCost)
    }
  }

  var card: Card { Self.card }
  var tasks: Set<TaskKind> { [.twoAlternative] }
  var expectedCost: Cost { cascade.expectedCost }
  func measures(for task: TaskKind) -> [Measure] { TwoAlternativeObjective.measures }

  func stages(for task: Task) throws -> [Stage] {
    guard case .twoAlternative(let task) = task else {
      throw PluginError.unusable(
        plugin: card.id, reason: "it attacks two-alternative decisions, and was given a \(task.kind.rawValue) task")
    }
    return [Stage(card.id, objective: TwoAlternativeObjective(task: task), search: cascade)]
  }
}
