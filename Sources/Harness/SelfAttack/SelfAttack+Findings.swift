internal import GauntletKit

// What is read from a self-attack's numbers, in sentences.
extension SelfAttack {
  /// No eye sees a sixteenth of a grey level, and no picture file holds it.
  static let unseen: Float = 1 / (16 * 255)

  /// Draws of such noise.
  static let unseenDraws = 16
  /// The share of right answers that may change by it.
  static let unseenAllowed = 0.05
  /// The share of the probe's few right answers that may hold where no picture is left: one of four or five says little.
  static let largeRadiusAllowed = 0.25

  /// The share of samples whose gradients may vanish, and of probed
  /// answers that may hold where no picture is left.
  static let allowed = 0.1

  /// Whether answers are functions of their images, and of images that can be seen.
  func findingsOfAnswers() throws -> [SelfAttackFinding] {
    let probed = Array(subject.ids.indices.prefix(TrustProbe.samples))
    let probe = Dictionary(
      try TrustProbe.values(subject.task(probed, asking: subject.metric), seed: 1).map { ($0.flag, $0.value) }
    ) { first, _ in first }
    func share(_ flag: TrustFlag) -> Double { probe[flag] ?? 0 }
    let clean = try subject.attacked(
      subject.right, by: AutoPGD(steps: 1), named: "zero-radius", at: "0")
    let changed = subject.right.count - clean.held.count
    let flips = try subject.flipped(by: Self.unseen, draws: Self.unseenDraws)
    let flipped = Double(flips) / Double(max(subject.right.count, 1))
    return [
      finding(
        TrustFlag.notDeterministic.rawValue, refused: share(.notDeterministic) > 0,
        passed: "distances have the same bits the second time, alone and in a batch",
        "\(percent(share(.notDeterministic))) of \(probed.count) images have other distances the second time or in "
          + "another batch: results cannot be repeated, and attacks chase noise; draw from RandomStream, keyed by a seed"
      ),
      finding(
        TrustFlag.zeroRadius.rawValue, refused: changed > 0, passed: "a radius of 0 changes no answer",
        "a radius of 0 changes \(changed) of \(subject.right.count) answers: they are no functions of the image"),
      finding(
        "unseen-changes", refused: flipped > Self.unseenAllowed,
        passed: "noise of a sixteenth of a gray level changes \(flips) of \(subject.right.count) answers",
        "noise of a sixteenth of a gray level changes \(flips) of \(subject.right.count) answers: they follow from bits "
          + "that no picture file holds, so what a search learns of one image says nothing of the next; average over the "
          + "noise in the metric (smoothing), or fix it"),
      finding(
        TrustFlag.largeRadius.rawValue, refused: share(.largeRadius) > Self.largeRadiusAllowed,
        passed:
          "no more than \(percent(share(.largeRadius))) of probed answers hold at 128/255, where no picture is left",
        "\(percent(share(.largeRadius))) of probed answers hold against gradients at 128/255, where no picture is left: "
          + "the gradients do not see what decides"),
    ]
  }

  /// Whether there was a gradient to follow.
  func findingsOfGradients(_ attacked: [SelfAttackQuestion.Attacked]) -> [SelfAttackFinding] {
    let asked = max(subject.right.count * attacked.count, 1)
    let zero = Double(attacked.reduce(0) { $0 + $1.withoutGradient.count }) / Double(asked)
    let bad = attacked.reduce(0) { $0 + $1.withBadGradient.count }
    var rises: [SelfAttackTally] = []
    for place in attacked.indices.dropFirst() {
      let fallen = Set(attacked[place].held).subtracting(attacked[place - 1].held)
      rises.append(
        SelfAttackTally(radius: effort.radii[place], held: attacked[place].held.count, fallen: fallen.count))
    }
    let worst = rises.max { $0.share < $1.share }
    return [
      finding(
        TrustFlag.zeroGradient.rawValue, refused: zero >= Self.allowed,
        passed: "\(percent(zero)) of searches that harmed nothing met zero gradients",
        "\(percent(zero)) of searches had no gradient to follow and harmed nothing: a loss that saturates, or a rounding "
          + "without a straight-through gradient"),
      finding(
        TrustFlag.badGradient.rawValue, refused: bad > 0, passed: "every gradient is finite",
        "\(bad) of \(asked) searches met gradients that are not finite: define the subgradient in the metric"),
      finding(
        TrustFlag.notMonotone.rawValue, refused: rises.contains(where: \.isRefused),
        passed: "more room does not help the defender",
        "\(worst?.fallen ?? 0) of the \(worst?.held ?? 0) answers that hold at \(worst?.radius ?? "") fall at a smaller "
          + "radius: the search is led astray"),
    ]
  }

  /// Whether more means won where the gradients did not.
  func finding(_ means: SelfAttackMeans, _ tallies: [SelfAttackTally]?) -> SelfAttackFinding {
    guard let tallies else {
      return SelfAttackFinding(
        check: means.rawValue, outcome: .open, text: "nothing is wrapped, so there is no other gradient to borrow")
    }
    return finding(means.rawValue, fallenTo: means.title, advice: means.advice, tallies)
  }

  /// Whether all of them together did.
  func findingOfAll(_ tallies: [SelfAttackTally]) -> SelfAttackFinding {
    finding(
      "together", fallenTo: "one or another of these",
      advice: "its own gradients overstate its robustness; attack it in several ways, and report the worst",
      tallies)
  }

  private func finding(
    _ check: String, fallenTo what: String, advice: String, _ tallies: [SelfAttackTally]
  ) -> SelfAttackFinding {
    guard let worst = tallies.filter(\.isTelling).max(by: { $0.share < $1.share }) else {
      return SelfAttackFinding(
        check: check, outcome: .open,
        text: "fewer than \(SelfAttackTally.fewest) answers held against gradients at every radius: nothing was hidden")
    }
    let seen =
      "\(worst.fallen) of the \(worst.held) answers that held against gradients at \(worst.radius) fall to \(what)"
    return finding(check, refused: worst.isRefused, passed: seen, "\(seen): \(advice)")
  }

  private func finding(_ check: String, refused: Bool, passed: String, _ reason: String) -> SelfAttackFinding {
    SelfAttackFinding(check: check, outcome: refused ? .refused : .passed, text: refused ? reason : passed)
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
}
