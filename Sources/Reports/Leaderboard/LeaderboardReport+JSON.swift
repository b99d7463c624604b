internal import Comparisons
internal import Results

extension LeaderboardReport {
  private struct Document: Encodable {
    struct Score: Encodable {
      let name: String
      let value: Double
      let interval: RunRecord.Interval?
      let n: Int

      init?(_ score: RunRecord.Score?) {
        guard let score else { return nil }
        (name, value, interval, n) = (score.name, score.value, score.interval, score.n)
      }
    }
    struct Cost: Encodable {
      let trainingSteps: Int?
      let trainingSeconds: Double?
      let passesPerSample: Double?
      let millisecondsPerPass: Double?
    }
    struct Entry: Encodable {
      let subject: String
      let title: String
      let spec: String
      let weights: String?
      let runs: [String]
      /// First and last; absent where the subject is kept apart.
      let rank: [Int]?
      let clean: Score?
      let robust: Score?
      let certified: Score?
      let cost: Cost
      let faults: [Leaderboard.Fault]
    }
    struct Board: Encodable {
      let dataset: String
      let fingerprint: String
      let seed: UInt64
      let score: String
      let threat: RunRecord.Threat?
      let mode: RunRecord.Attack.Mode?
      let conditions: String
      let pairedTests: Int
      let tests: Int
      let entries: [Entry]
      let apart: [Entry]
      let differences: [String]
    }
    let schema = "gauntlet-leaderboard/1"
    let runs: [String]
    let alpha: Double
    let boards: [Board]
    let notes: [String]
  }

  /// The boards as a program may read them; `schema` is "gauntlet-leaderboard/1".
  public func json() throws -> String {
    func entry(_ entry: Leaderboard.Entry) -> Document.Entry {
      Document.Entry(
        subject: entry.subject.id, title: entry.subject.title, spec: entry.subject.spec, weights: entry.subject.weights,
        runs: entry.runs, rank: entry.rank.map { [$0.lowerBound, $0.upperBound] }, clean: Document.Score(entry.clean),
        robust: Document.Score(entry.robust), certified: Document.Score(entry.certified),
        cost: Document.Cost(
          trainingSteps: entry.cost.trainingSteps, trainingSeconds: entry.cost.trainingSeconds,
          passesPerSample: entry.cost.passes, millisecondsPerPass: entry.cost.milliseconds), faults: entry.faults)
    }
    return try VersionedJSON.text(
      Document(
        runs: leaderboard.runs, alpha: leaderboard.alpha,
        boards: leaderboard.boards.map { board in
          Document.Board(
            dataset: board.dataset.id, fingerprint: board.question.fingerprint, seed: board.question.seed,
            score: board.question.score, threat: board.question.threat, mode: board.mode,
            conditions: board.question.conditions, pairedTests: board.pairedTests, tests: board.tests,
            entries: board.entries.map(entry), apart: board.apart.map(entry), differences: board.differences)
        }, notes: leaderboard.notes))
  }
}
