internal import GauntletKit
internal import Results

// What votes under noise prove: apart from what is certain.
extension ScoreBuilder {
  /// The vote's own 2AFC, and what of it is certified at the suite's radii.
  func voted(_ natural: CellTable) -> [BuiltScore] {
    guard let table = votes[natural.cell.key], table.rows.count == natural.rows.count,
      let asked = plan.suite.certification?.votes, let wanted = plan.suite.certification?.radii
    else { return [] }
    let (credits, own) = (table.before(VoteRun.credit), table.before(VoteRun.radius))
    let how =
      "by \(asked.count) votes a sample under noise; it is the vote's answer that is proved, not the metric's own, and each "
      + "certificate is wrong with a probability of at most \(asked.alpha)."
    let natural2AFC = score(
      natural, "\(ScoreName.twoAlternativeNatural)@vote", "2AFC of the vote", share(natural, credits),
      definition: "2AFC credit of what the metric behind the smoothing answers mostly, in percent, \(how)",
      from: [SampleColumn(name: "vote", values: credits)])
    return [natural2AFC]
      + wanted.map { radius in
        let name = "\(ScoreName.twoAlternativeCertified)@vote"
        let values = Self.kept(credits, own, beyond: radius.value)
        return score(
          natural, name, "certified 2AFC of the vote (probable)", share(natural, values),
          threat: ThreatModel(norm: .l2, epsilon: radius.value, epsilonText: radius.text),
          definition:
            "certified 2AFC, probabilistic: the 2AFC credit of the vote that no reference within the radius takes "
            + "away, in percent, \(how)",
          from: [SampleColumn(name: "\(name) \(radius.text)", values: values)])
      }
  }

  /// Of each sample its credit where the radius is larger, else that of the other answer if that is less.
  static func kept(_ credits: [Double], _ radii: [Double], beyond radius: Double) -> [Double] {
    zip(credits, radii).map { credit, own in own > radius ? credit : min(credit, 100 - credit) }
  }
}
