internal import Results

/// The headline: which scores stand beside each other, and the score of each subject.
///
/// Where a score was taken under several attacks or threats, the column takes the one that most subjects share, then
/// the one that most scores of the dataset share, then the largest ε. Nothing is lost: the table of all scores holds
/// the rest.
struct ScoreSheet {
  struct Column {
    let dataset: String
    let name: String
    let attack: String?
    let threat: RunRecord.Threat?
    let heading: String
    /// What stands under the heading: the threat, or "natural".
    let condition: String
    let definition: String
  }

  struct Group {
    let dataset: RunRecord.Dataset
    let columns: [Column]
  }

  private struct Key: Hashable {
    let dataset: String
    let name: String
    let attack: String?
    let threat: RunRecord.Threat?
    let subject: String
  }

  let record: RunRecord
  private let scores: [Key: RunRecord.Score]
  /// One group for each dataset that has a headline score.
  let groups: [Group]

  init(_ record: RunRecord) {
    self.record = record
    var scores: [Key: RunRecord.Score] = [:]
    for score in record.scores {
      let key = Key(
        dataset: score.dataset, name: score.name, attack: score.attack, threat: score.threat, subject: score.subject)
      scores[key] = score
    }
    self.scores = scores
    groups = record.datasets.compactMap { dataset in
      let columns = ScoreSheet.headline.compactMap { ScoreSheet.column(name: $0, dataset: dataset.id, in: record) }
      return columns.isEmpty ? nil : Group(dataset: dataset, columns: columns)
    }
  }

  /// The scores of the headline, in order.
  static let headline = [
    ScoreName.twoAlternativeNatural, ScoreName.twoAlternativeEmpirical, ScoreName.twoAlternativeCertified,
    ScoreName.recall(at: 1), ScoreName.meanAveragePrecision, ScoreName.recallEmpirical, ScoreName.ers, ScoreName.ars,
  ]

  private static func heading(_ name: String) -> String? {
    switch name {
    case ScoreName.twoAlternativeNatural: "2AFC"
    case ScoreName.twoAlternativeEmpirical: "2AFC attacked"
    case ScoreName.twoAlternativeCertified: "2AFC certified"
    case ScoreName.recall(at: 1): "R@1"
    case ScoreName.recall(at: 2): "R@2"
    case ScoreName.meanAveragePrecision: "mAP"
    case ScoreName.mapAtR: "MAP@R"
    case ScoreName.mapAt10: "MAP@10"
    case ScoreName.nmi: "NMI"
    case ScoreName.recallEmpirical: "R@1 attacked"
    case ScoreName.ers: "ERS"
    case ScoreName.ars: "ARS"
    default: nil
    }
  }

  /// The column of a score on a dataset; nil if no subject has it.
  static func column(name: String, dataset: String, in record: RunRecord) -> Column? {
    let here = record.scores.filter { $0.dataset == dataset }
    let candidates = here.filter { $0.name == name }
    // A name that is natural for some and attacked for others (R@1) is natural in the headline.
    let natural = candidates.filter { $0.attack == nil && $0.threat == nil }
    func weight(_ score: RunRecord.Score) -> (Int, Int, Double) {
      (
        candidates.filter { $0.attack == score.attack && $0.threat == score.threat }.count,
        here.filter { $0.threat == score.threat }.count, score.threat?.epsilon ?? 0
      )
    }
    var chosen: RunRecord.Score?
    if let first = natural.first {
      chosen = first
    } else {
      var best = (0, 0, -1.0)
      for score in candidates {
        let weight = weight(score)
        if weight > best { (chosen, best) = (score, weight) }
      }
    }
    guard let chosen else { return nil }
    return Column(
      dataset: dataset, name: name, attack: chosen.attack, threat: chosen.threat,
      heading: heading(name) ?? chosen.title, condition: chosen.threat.map(Format.threat) ?? "natural",
      definition: chosen.definition)
  }

  func score(_ subject: String, _ column: Column) -> RunRecord.Score? {
    scores[
      Key(
        dataset: column.dataset, name: column.name, attack: column.attack, threat: column.threat, subject: subject)]
  }

  /// Subjects that have at least one score in these columns or were asked on their dataset, in the order of the record.
  func subjects(in columns: [Column]) -> [RunRecord.Subject] {
    record.subjects.filter { subject in columns.contains { score(subject.id, $0) != nil } }
  }

  /// The columns of several scores on a dataset, those that exist.
  func columns(_ names: [String], dataset: String) -> [Column] {
    names.compactMap { ScoreSheet.column(name: $0, dataset: dataset, in: record) }
  }

  /// Why there is no score: "failed" or "n/a" with the reason.
  func absence(_ subject: String, dataset: String) -> (text: String, reason: String?) {
    let cells = record.cells.filter { $0.subject == subject && $0.dataset == dataset }
    for cell in cells { if case .failed(let reason) = cell.status { return ("failed", reason) } }
    for cell in cells { if case .skipped(let reason) = cell.status { return ("n/a", reason) } }
    return (Format.missing, nil)
  }

  /// Whether a subject's embedding is reported to have collapsed on the dataset, so that ERS and ARS say nothing.
  func isCollapsed(_ subject: String, dataset: String? = nil) -> Bool {
    record.warnings.contains {
      $0.code == "collapsed" && $0.subject == subject
        && (dataset == nil || $0.dataset == nil || $0.dataset == dataset)
    }
  }
}
