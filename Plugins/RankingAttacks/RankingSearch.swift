internal import GauntletKit

/// How a ranking attack searches, as its settings say.
struct RankingSearch {
  enum Kind: String, CaseIterable {
    case pgd, apgd, square, nes, spsa
    case rankAPGD = "rank-apgd"
  }

  /// - Parameter restarts: how many runs share the steps by default.
  static func settings(restarts: Int) -> [Setting] {
    [
      Setting(
        "search", .choice(Kind.allCases.map(\.rawValue)), default: "pgd",
        help:
          "pgd as published; apgd on its loss; rank-apgd: apgd on the outcome's margin where there is one, keeping the "
          + "worst outcome on the way; square, nes and spsa take no gradients"),
      Setting(
        "restarts", .integer(1...1000), default: "\(restarts)", help: "runs of apgd or rank-apgd, which share the steps"
      ),
      Setting("queries", .integer(1...1_000_000), default: "1000", help: "queries of square"),
    ]
  }

  private let kind: Kind
  let search: any Search
  let expectedCost: Cost

  init(_ settings: SettingValues) {
    kind = Kind(rawValue: settings.text("search")) ?? .pgd
    let (steps, size) = (settings.integer("steps"), settings.number("alpha"))
    let restarts = min(settings.integer("restarts"), max(steps, 1))
    let isRandom = settings.flag("random-start")
    switch kind {
    case .pgd:
      let found = ProjectedGradientDescent(steps: steps, stepSize: size, randomStart: isRandom)
      (search, expectedCost) = (found, found.expectedCost)
    case .apgd:
      let found = AutoPGD(steps: steps / restarts, restarts: restarts, randomStart: isRandom)
      (search, expectedCost) = (found, found.expectedCost)
    case .rankAPGD:
      let found = AutoPGD(
        steps: steps / restarts, restarts: restarts, randomStart: isRandom, selection: .outcome, minimumWindow: 4)
      (search, expectedCost) = (found, found.expectedCost)
    case .square:
      let found = SquareSearch(queries: settings.integer("queries"))
      (search, expectedCost) = (found, found.expectedCost)
    case .nes, .spsa:
      let found = NaturalEvolution(steps: steps, stepSize: size, noise: kind == .nes ? .normal : .signs)
      (search, expectedCost) = (found, found.expectedCost)
    }
  }

  var name: String { kind.rawValue }

  /// Whether it is the published loop, whose slips the faithful mode keeps.
  var isPublished: Bool { kind == .pgd }

  /// Whether the loss is the margin of what is measured, where the published one is another.
  var drivesMargins: Bool { kind == .rankAPGD }
}
