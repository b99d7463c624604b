public import Results

/// What a score of a record is an answer to: scores of two records may stand beside each other where it is equal.
public struct RecordedQuestion: Hashable, Sendable {
  public let dataset: String
  /// Hash of the dataset's content.
  public let fingerprint: String
  /// The suite's seed: it chooses samples and targets.
  public let seed: UInt64
  public let score: String
  public let threat: RunRecord.Threat?
  /// The settings of the attacks behind it, with their versions and modes; empty for natural scores.
  public let conditions: String

  init(_ score: RunRecord.Score, in record: RunRecord) {
    dataset = score.dataset
    fingerprint = record.dataset(score.dataset)?.fingerprint ?? ""
    seed = record.suite.seed
    self.score = score.name
    threat = score.threat
    conditions = RecordedQuestion.attacks(behind: score, in: record).map { attack in
      let mode = attack.mode.map { ",\($0.rawValue)" } ?? ""
      return "\(attack.spec)@\(attack.card.version)\(mode)\(attack.surrogate.map { " on \($0)" } ?? "")"
    }.joined(separator: "; ")
  }

  /// The score's attack; of a score that sums up several, those of its components at its threat.
  static func attacks(behind score: RunRecord.Score, in record: RunRecord) -> [RunRecord.Attack] {
    if let attack = score.attack { return record.attack(attack).map { [$0] } ?? [] }
    guard score.threat != nil else { return [] }
    let components = record.scores.filter { component in
      component.dataset == score.dataset && component.subject == score.subject && component.threat == score.threat
        && component.attack != nil && component.name.contains(":")
    }
    // Attacks of one name and threat that differ in something else are numbered; the first protocol has no number.
    let isFirst = !score.name.contains("@") && !score.name.contains("+")
    let ids = Set(components.compactMap(\.attack).filter { !isFirst || !$0.contains("#") })
    return record.attacks.filter { ids.contains($0.id) }
  }

  /// Why two answers to the same score are not comparable; empty where they are, nil where they are about other things
  /// altogether.
  func reasons(against other: RecordedQuestion) -> [String]? {
    guard score == other.score, threat?.norm == other.threat?.norm, threat?.epsilon == other.threat?.epsilon,
      dataset == other.dataset || fingerprint == other.fingerprint
    else { return nil }
    var reasons: [String] = []
    if fingerprint != other.fingerprint { reasons.append("\(dataset) holds other images or labels") }
    if seed != other.seed { reasons.append("seeds \(seed) and \(other.seed) choose other samples and targets") }
    if conditions != other.conditions {
      reasons.append("the attacks have other settings: \(settingsDifference(conditions, other.conditions))")
    }
    return reasons
  }
}
