public import Results
internal import Statistics

/// Whether a run is as good as its baseline: for every gated score a non-inferiority test on the same samples.
///
/// With g the gain (second minus first, turned so that more is better), its interval [l, h] and the rule's margin m:
/// pass where l ≥ −m; regression where g < −m and the adjusted p-value is at most α; inconclusive else, and with too few
/// samples. Where no sample differs, it passes. Where numerics differ (another instruction set, say), m is the rule's
/// margin across numerics.
public struct Gate: Sendable {
  public enum Outcome: String, Sendable, Codable, CaseIterable {
    case pass, regression, inconclusive, invalid
  }

  public struct Verdict: Sendable {
    public let subject: String
    public let dataset: String
    /// As reports call it, with its threat model.
    public let score: String
    public let outcome: Outcome
    public let reason: String
    public let margin: Double
    /// Nil where nothing could be compared.
    public let row: Comparison.Row?
  }

  public let verdicts: [Verdict]
  public let notes: [String]

  /// The worst that was found: invalid before regression before inconclusive.
  public var outcome: Outcome {
    for outcome in [Outcome.invalid, .regression, .inconclusive]
    where verdicts.contains(where: { $0.outcome == outcome }) {
      return outcome
    }
    return .pass
  }

  /// - Parameters:
  ///   - run: what is gated.
  ///   - faults: why the run itself counts for nothing, such as failed cells; empty if it is sound.
  public init(_ run: SampleRecord, named name: String, against baseline: Baseline, faults: [String] = []) {
    var verdicts: [Verdict] = faults.map {
      Verdict(subject: "", dataset: "", score: "the run", outcome: .invalid, reason: $0, margin: 0, row: nil)
    }
    var notes: [String] = []
    do {
      let reference = baseline.directed()
      let comparison = try Comparison(
        Comparison.Side(name: "the baseline", samples: reference), Comparison.Side(name: name, samples: run),
        level: 1 - baseline.policy.alpha)
      notes = comparison.notes
      let isAcross = reference.numerics != run.numerics
      for table in reference.tables {
        for score in table.scores {
          let margin = baseline.policy.rule(for: score, of: table)?.margin(acrossNumerics: isAcross) ?? 0
          let row = comparison.rows.first {
            $0.firstSubject == table.subject && $0.dataset == table.dataset && $0.score == score
          }
          let (outcome, reason) =
            row.map { Gate.judge($0, margin: margin, baseline.policy) }
            ?? (.invalid, "the run has no such score")
          verdicts.append(
            Verdict(
              subject: table.subject, dataset: table.dataset, score: Gate.title(score), outcome: outcome,
              reason: reason, margin: margin, row: row))
        }
      }
    } catch {
      verdicts.append(
        Verdict(
          subject: "", dataset: "", score: "the run", outcome: .invalid, reason: "\(error)", margin: 0, row: nil))
    }
    self.verdicts = verdicts
    self.notes = notes
  }

  /// A gate of a run that cannot be read, or is no run: invalid, for the given reason.
  public init(unreadable reason: String) {
    verdicts = [
      Verdict(subject: "", dataset: "", score: "the run", outcome: .invalid, reason: reason, margin: 0, row: nil)
    ]
    notes = []
  }

  private static func title(_ score: SampleRecord.Score) -> String {
    score.title + (score.threat.map { " (\($0.norm) \($0.text)\($0.moved.map { ", \($0) moved" } ?? ""))" } ?? "")
  }

  private static func judge(_ row: Comparison.Row, margin: Double, _ policy: Baseline.Policy) -> (Outcome, String) {
    guard row.n >= policy.minimumSamples else {
      return (.inconclusive, "\(row.n) samples; the policy asks for \(policy.minimumSamples)")
    }
    guard !row.second.isNaN else { return (.invalid, "it is not a number") }
    if row.difference.estimate.value == 0, row.difference.standardError == 0 { return (.pass, "no sample differs") }
    let (low, high) = row.gainInterval
    guard !low.isNaN, !row.adjustedPValue.isNaN else { return (.inconclusive, "its spread is not known") }
    if low >= -margin { return (.pass, "a loss of \(rounded(margin)) or more is excluded") }
    let measured = "\(rounded(row.gain)) [\(rounded(low)), \(rounded(high))], p \(rounded(row.adjustedPValue, 5))"
    if row.gain < -margin, row.adjustedPValue <= policy.alpha {
      return (.regression, "\(measured): worse by more than \(rounded(margin))")
    }
    let detectable = rounded(row.difference.minimumDetectable(alpha: policy.alpha))
    return (
      .inconclusive,
      "\(measured): a loss of more than \(rounded(margin)) is neither shown nor excluded; so many samples find one of "
        + "\(detectable)"
    )
  }

  private static func rounded(_ value: Double, _ decimals: Int = 2) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
  }
}
