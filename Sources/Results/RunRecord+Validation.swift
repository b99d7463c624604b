extension RunRecord {
  /// Checks what the grammar cannot say: ids are unique, references resolve, intervals are intervals, counts are
  /// counts.
  ///
  /// - Parameter file: the name that errors give.
  /// - Throws: ``ResultsError/inconsistent(file:key:reason:)`` for the first contradiction;
  ///   ``ResultsError/unknownSchema(file:got:expected:)``.
  public func validate(file: String = "results.json") throws {
    guard schema == RunRecord.currentSchema else {
      throw ResultsError.unknownSchema(file: file, got: schema, expected: RunRecord.currentSchema)
    }
    let check = Check(
      file: file, datasets: try unique(datasets.map(\.id), "datasets", file),
      subjects: try unique(subjects.map(\.id), "subjects", file),
      attacks: try unique(attacks.map(\.id), "attacks", file))
    _ = try unique(cells.map(\.id), "cells", file)
    for (index, attack) in attacks.enumerated() { try check.threat(attack.threat, "attacks[\(index)]") }
    for (index, subject) in subjects.enumerated() { try check.training(of: subject, "subjects[\(index)]") }
    for (index, cell) in cells.enumerated() { try check.cell(cell, "cells[\(index)]") }
    for (index, score) in scores.enumerated() { try check.score(score, "scores[\(index)]") }
  }

  private func unique(_ ids: [String], _ key: String, _ file: String) throws -> Set<String> {
    var seen = Set<String>()
    for (index, id) in ids.enumerated() where !seen.insert(id).inserted {
      throw ResultsError.inconsistent(file: file, key: "\(key)[\(index)].id", reason: "\"\(id)\" occurs twice")
    }
    return seen
  }

  private struct Check {
    let file: String
    let datasets: Set<String>
    let subjects: Set<String>
    let attacks: Set<String>

    func require(_ condition: Bool, _ key: String, _ reason: @autoclosure () -> String) throws {
      if !condition { throw ResultsError.inconsistent(file: file, key: key, reason: reason()) }
    }

    func threat(_ threat: Threat?, _ key: String) throws {
      guard let threat else { return }
      try require(
        threat.epsilon >= 0 && threat.epsilon.isFinite, "\(key).threat.epsilon",
        "got \(threat.epsilon), expected a finite number of at least 0")
    }

    func training(of subject: Subject, _ key: String) throws {
      guard let training = subject.training else { return }
      try require(
        datasets.contains(training.dataset), "\(key).training.dataset", "no dataset is called \"\(training.dataset)\"")
      for (index, series) in training.log.enumerated() {
        let rises = zip(series.points, series.points.dropFirst()).allSatisfy { $0.step < $1.step }
        try require(rises, "\(key).training.log[\(index)]", "the steps of \"\(series.name)\" do not rise")
      }
    }

    func cell(_ cell: Cell, _ key: String) throws {
      try names(subject: cell.subject, dataset: cell.dataset, attack: cell.attack, key)
      try require(
        cell.samples >= 0 && cell.forwards >= 0 && cell.backwards >= 0 && cell.violations >= 0, key,
        "a count is negative")
      for (index, measure) in cell.measures.enumerated() {
        try interval(measure.beforeInterval, "\(key).measures[\(index)].beforeInterval")
        try interval(measure.afterInterval, "\(key).measures[\(index)].afterInterval")
      }
      for (index, sample) in cell.worst.enumerated() {
        for path in [sample.clean, sample.adversarial, sample.difference] + sample.context.map(\.path) {
          let isInside = !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
          try require(isInside, "\(key).worst[\(index)]", "\"\(path)\" leaves the folder of the run")
        }
      }
    }

    func score(_ score: Score, _ key: String) throws {
      try names(subject: score.subject, dataset: score.dataset, attack: score.attack, key)
      try threat(score.threat, key)
      try interval(score.interval, "\(key).interval")
      try require(score.n >= 0, "\(key).n", "got \(score.n), expected at least 0")
    }

    func names(subject: String, dataset: String, attack: String?, _ key: String) throws {
      try require(subjects.contains(subject), "\(key).subject", "no subject is called \"\(subject)\"")
      try require(datasets.contains(dataset), "\(key).dataset", "no dataset is called \"\(dataset)\"")
      if let attack { try require(attacks.contains(attack), "\(key).attack", "no attack is called \"\(attack)\"") }
    }

    func interval(_ interval: Interval?, _ key: String) throws {
      guard let interval else { return }
      // NaN is allowed: an interval of nothing.
      try require(
        !(interval.low > interval.high), key, "it runs from \(interval.low) to \(interval.high)")
      try require(
        interval.level > 0 && interval.level < 1, "\(key).level", "got \(interval.level), expected a level in (0, 1)")
    }
  }
}
