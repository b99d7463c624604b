internal import GauntletKit

/// How a ranking attack searches, as its settings say.
struct RankingSearch {
  enum Kind: String, CaseIterable {
    case pgd, apgd, square, nes, spsa, random, pso, beta
    case rankAPGD = "rank-apgd"
  }

  static let settings: [Setting] = [
    Setting(
      "search", .choice(Kind.allCases.map(\.rawValue)), default: "pgd",
      help:
        "pgd as published; apgd on its loss; rank-apgd: apgd on the outcome's margin where there is one, keeping the "
        + "worst outcome on the way; square, nes, spsa, random, pso and beta take no gradients"),
    Setting(
      "restarts", .integer(1...1000), default: "1", help: "runs of apgd or rank-apgd, which share the steps"
    ),
    Setting("queries", .integer(1...1_000_000), default: "1000", help: "queries of square, random, pso and beta"),
  ]

  private let kind: Kind
  let search: any Search
  /// Where an attack measures recall@1 beside what its loss is about: a search for that alone, on its margin, from the
  /// clean image. It spends an eighth of the gradients. Not in faithful mode, where only the last stage counts.
  let recallSearch: (any Search)?
  private let cost: Cost
  private let recallCost: Cost

  /// Passes of all stages together.
  var expectedCost: Cost { cost + recallCost }

  init(_ settings: SettingValues, attack: RankingAttackKind) {
    kind = Kind(rawValue: settings.text("search")) ?? .pgd
    let (all, size) = (settings.integer("steps"), settings.number("alpha"))
    let hasRecall = attack == .es && kind == .rankAPGD && settings.text("mode") == AttackMode.corrected.rawValue
    let recallSteps = hasRecall ? all / 8 : 0
    let steps = all - recallSteps
    let restarts = min(settings.integer("restarts"), max(steps, 1))
    let isRandom = settings.flag("random-start")
    switch kind {
    case .pgd:
      let found = ProjectedGradientDescent(steps: steps, stepSize: size, randomStart: isRandom)
      (search, cost) = (found, found.expectedCost)
    case .apgd:
      let found = AutoPGD(steps: steps / restarts, restarts: restarts, randomStart: isRandom)
      (search, cost) = (found, found.expectedCost)
    case .rankAPGD:
      let found = AutoPGD(
        steps: steps / restarts, restarts: restarts, randomStart: isRandom, selection: .outcome, minimumWindow: 4)
      (search, cost) = (found, found.expectedCost)
    case .square:
      let found = SquareSearch(queries: settings.integer("queries"))
      (search, cost) = (found, found.expectedCost)
    case .random:
      let found = RandomSearch(queries: settings.integer("queries"))
      (search, cost) = (found, found.expectedCost)
    case .pso:
      let found = ParticleSwarm(queries: settings.integer("queries"))
      (search, cost) = (found, found.expectedCost)
    case .beta:
      let found = BetaSearch(queries: settings.integer("queries"))
      (search, cost) = (found, found.expectedCost)
    case .nes, .spsa:
      let found = NaturalEvolution(steps: steps, stepSize: size, noise: kind == .nes ? .normal : .signs)
      (search, cost) = (found, found.expectedCost)
    }
    let recall = AutoPGD(steps: recallSteps, randomStart: false, minimumWindow: 4)
    recallSearch = recallSteps > 0 ? recall : nil
    recallCost = recallSteps > 0 ? recall.expectedCost : Cost()
  }

  var name: String { kind.rawValue }

  /// Whether it is the published loop, whose slips the faithful mode keeps.
  var isPublished: Bool { kind == .pgd }

  /// Whether the loss is the margin of what is measured, where the published one is another.
  var drivesMargins: Bool { kind == .rankAPGD }
}
