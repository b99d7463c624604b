/// AutoAttack's lists of searches, by version and norm (Croce and Hein, ICML 2020, and its published code's versions).
///
/// standard: APGD on cross-entropy, APGD-T, FAB-T, Square. plus: APGD on cross-entropy and on the DLR and FAB with 5
/// restarts, Square, APGD-T, FAB-T. rand: APGD on cross-entropy and on the DLR, 20 draws a gradient where the objective is
/// random. Under ℓ1 APGD goes through balls of 3ε and 2ε first, cross-entropy has 5 restarts, and APGD-T 5 targets.
/// Square: 5,000 queries on the margin. All else: 100 steps, at most min(9, K − 1) targets.
public enum AutoAttack {
  public enum Version: String, Hashable, Sendable, CaseIterable {
    case standard, plus, rand
  }

  /// - Throws: `PluginError.unusable` where there are fewer classes than the version's losses compare: 4 for standard and
  ///   plus, 3 for rand. Of two classes the cascade is `ofTwo`.
  public static func cascade(
    _ version: Version, norm: ThreatModel.Norm, classCount: Int, mode: AttackMode = .corrected,
    stopsWhenBroken: Bool = true
  ) throws -> Cascade {
    let needed = version == .rand ? 3 : 4
    guard classCount >= needed else {
      throw PluginError.unusable(
        plugin: "autoattack",
        reason: "version \(version.rawValue) compares \(needed) classes, and there are \(classCount)"
          + (classCount == 2 ? "; take autoattack-2afc" : "; name parts without the DLR"))
    }
    let isL1 = norm == .l1
    func apgd(_ restarts: Int, draws: Int = 1) -> AutoPGD {
      AutoPGD(
        steps: 100, restarts: restarts, mode: mode, stopsWhenBroken: stopsWhenBroken, shrinksBall: isL1, draws: draws)
    }
    func untargeted(_ loss: DecisionLoss, _ restarts: Int, draws: Int = 1) -> Cascade.Part {
      let search = apgd(restarts, draws: draws)
      return Cascade.Part(
        "apgd-\(loss.rawValue)", search, loss: loss, cost: search.expectedCost)
    }
    let targeted = TargetedAutoPGD(apgd(1), targets: isL1 ? 5 : 9)
    let fab = FastAdaptiveBoundary(restarts: 5, stopsWhenBroken: stopsWhenBroken)
    let fabT = FastAdaptiveBoundary(targets: 9, stopsWhenBroken: stopsWhenBroken)
    let square = SquareSearch(queries: 5000, score: .loss, stopsWhenBroken: stopsWhenBroken)
    let apgdTPart = Cascade.Part("apgd-t", targeted, cost: targeted.expectedCost(classCount: classCount))
    let fabPart = Cascade.Part("fab", fab, cost: fab.expectedCost(classCount: classCount))
    let fabTPart = Cascade.Part("fab-t", fabT, cost: fabT.expectedCost(classCount: classCount))
    let squarePart = Cascade.Part("square", square, loss: .margin, cost: square.expectedCost)
    let parts: [Cascade.Part] =
      switch version {
      case .standard: [untargeted(.crossEntropy, isL1 ? 5 : 1), apgdTPart, fabTPart, squarePart]
      case .plus: [untargeted(.crossEntropy, 5), untargeted(.dlr, 5), fabPart, squarePart, apgdTPart, fabTPart]
      case .rand: [untargeted(.crossEntropy, 1, draws: 20), untargeted(.dlr, 1, draws: 20)]
      }
    return Cascade(parts, keepsCleanOfUnbroken: mode == .faithful)
  }
}
