internal import Results

extension Leaderboard.Entry {
  init(_ run: Leaderboard.Run, _ score: RunRecord.Score, _ subject: RunRecord.Subject) {
    let record = run.record
    let isTriplets = score.name.hasPrefix("2afc-")
    func find(_ name: String, _ isWanted: (RunRecord.Score) -> Bool) -> RunRecord.Score? {
      record.scores.first {
        $0.name == name && $0.subject == score.subject && $0.dataset == score.dataset && isWanted($0)
      }
    }
    let proved = isTriplets ? ScoreName.twoAlternativeCertified : ScoreName.certified(ScoreName.ers)
    self.init(
      runs: [run.name], subject: subject,
      clean: find(isTriplets ? ScoreName.twoAlternativeNatural : ScoreName.recall(at: 1)) { $0.threat == nil },
      robust: score,
      certified: score.threat == nil
        ? nil
        : find(proved) { $0.threat == score.threat && $0.attack == score.attack }
          ?? find(proved) { $0.threat == score.threat },
      cost: Leaderboard.Cost(of: score, in: record), faults: Leaderboard.Entry.faults(of: score, in: record), rank: nil,
      evidence: Leaderboard.Entry.evidence(of: score, in: run))
  }

  private static func faults(of score: RunRecord.Score, in record: RunRecord) -> [Leaderboard.Fault] {
    var faults = record.warnings.filter { warning in
      warning.severity != .note && warning.subject == score.subject
        && (warning.dataset == nil || warning.dataset == score.dataset)
    }.map { Leaderboard.Fault(code: $0.code, text: $0.text) }
    for cell in record.cells where cell.subject == score.subject && cell.dataset == score.dataset {
      if case .failed(let reason) = cell.status, !faults.contains(where: { $0.code == "cell-failed" }) {
        faults.append(Leaderboard.Fault(code: "cell-failed", text: reason))
      }
      if cell.violations > 0 {
        faults.append(
          Leaderboard.Fault(
            code: "violations", text: "\(cell.violations) samples break natural ≥ empirical ≥ certified"))
      }
    }
    return faults
  }

  private static func evidence(of score: RunRecord.Score, in run: Leaderboard.Run) -> Leaderboard.Evidence? {
    guard let samples = run.samples,
      let table = samples.tables.first(where: { $0.subject == score.subject && $0.dataset == score.dataset }),
      let function = table.scores.first(where: {
        $0.name == score.name && $0.attack == score.attack && $0.threat == score.threat
      }),
      // Samples that do not give the recorded score are of another run.
      table.agrees(function, with: score.value)
    else { return nil }
    return Leaderboard.Evidence(table: table, score: function, seed: samples.seed)
  }

  /// Whether another run gave the same subject the same result.
  func isRepeated(by other: Leaderboard.Entry) -> Bool {
    subject.id == other.subject.id && subject.spec == other.subject.spec && subject.weights == other.subject.weights
      && robust.value == other.robust.value && robust.n == other.robust.n && faults == other.faults
  }
}

extension Leaderboard.Cost {
  init(of score: RunRecord.Score, in record: RunRecord) {
    let training = record.subject(score.subject)?.training
    let attacks = Set(RecordedQuestion.attacks(behind: score, in: record).map(\.id))
    let cells = record.cells.filter { cell in
      cell.subject == score.subject && cell.dataset == score.dataset && cell.status == .done
        && cell.attack.map(attacks.contains) == true
    }
    let passes = cells.reduce(0) { $0 + $1.forwards + $1.backwards }
    let samples = cells.map(\.samples).max() ?? 0
    let timed = cells.filter { record.timing?.cells[$0.id] != nil }
    let timedPasses = timed.reduce(0) { $0 + $1.forwards + $1.backwards }
    let seconds = timed.reduce(0) { $0 + (record.timing?.cells[$1.id] ?? 0) }
    self.init(
      trainingSteps: training?.steps, trainingSeconds: record.timing?.subjects[score.subject],
      passes: passes > 0 && samples > 0 ? Double(passes) / Double(samples) : nil,
      milliseconds: timedPasses > 0 && seconds > 0 ? 1000 * seconds / Double(timedPasses) : nil)
  }
}
