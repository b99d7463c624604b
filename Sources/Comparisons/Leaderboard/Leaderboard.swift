public import Results

/// The subjects of several runs, ranked where they were asked the same: same data, threat model, attacks, mode and
/// seed.
///
/// A rank is a range: from one plus the number of subjects that are better, to the number of subjects less those that
/// are worse, where "better" means a difference with an adjusted p of at most α (Holm, over the pairs of the board).
/// Subjects whose ranges overlap are not told apart. Pairs with samples in common are tested in pairs, others by their
/// intervals.
///
/// Subjects with a warning, a failed cell or a violation are kept apart: their scores may not mean what they seem to.
public struct Leaderboard: Sendable {
  /// A run as it is named, with its samples where they are known.
  public struct Run: Sendable {
    public let name: String
    public let record: RunRecord
    public let samples: SampleRecord?

    public init(name: String, record: RunRecord, samples: SampleRecord?) {
      self.name = name
      self.record = record
      self.samples = samples
    }
  }

  /// A subject on a board.
  public struct Entry: Sendable {
    /// The runs that gave this very result.
    public internal(set) var runs: [String]
    public let subject: RunRecord.Subject
    public let clean: RunRecord.Score?
    /// What the board ranks by.
    public let robust: RunRecord.Score
    public let certified: RunRecord.Score?
    public let cost: Cost
    /// Why it is not ranked; empty where it is.
    public let faults: [Fault]
    /// Nil where it is not ranked.
    public internal(set) var rank: ClosedRange<Int>?

    /// Its samples, and its score as a function of them.
    let evidence: Evidence?
  }

  public struct Fault: Sendable, Hashable, Codable {
    /// A warning's code, "cell-failed" or "violations".
    public let code: String
    public let text: String
  }

  /// What a subject costs; times depend on the machine.
  public struct Cost: Sendable, Hashable {
    public let trainingSteps: Int?
    public let trainingSeconds: Double?
    /// Forward and backward passes of the attacks, a sample.
    public let passes: Double?
    /// Milliseconds a pass.
    public let milliseconds: Double?
  }

  struct Evidence: Sendable {
    let table: SampleRecord.Table
    let score: SampleRecord.Score
    let seed: UInt64
  }

  public struct Board: Sendable {
    public let question: RecordedQuestion
    public let dataset: RunRecord.Dataset
    /// The ranked score's title and definition.
    public let title: String
    public let definition: String
    public let mode: RunRecord.Attack.Mode?
    /// Best first.
    public let entries: [Entry]
    public let apart: [Entry]
    /// Pairs that were tested sample by sample, and all pairs.
    public let pairedTests: Int
    public let tests: Int
    /// Why other boards about the same are boards of their own.
    public internal(set) var differences: [String]
  }

  public let runs: [String]
  public private(set) var boards: [Board]
  public let notes: [String]
  public let alpha: Double

  /// - Parameters:
  ///   - alpha: the level at which two subjects are told apart.
  ///   - replicates: of the paired bootstrap.
  public init(_ runs: [Run], alpha: Double = 0.05, replicates: Int = 2000) {
    self.alpha = alpha
    self.runs = runs.map(\.name)
    var order: [RecordedQuestion] = []
    var groups: [RecordedQuestion: [(run: Run, score: RunRecord.Score)]] = [:]
    for run in runs {
      for score in Leaderboard.ranked(in: run.record) where score.value.isFinite {
        let question = RecordedQuestion(score, in: run.record)
        if groups[question] == nil { order.append(question) }
        groups[question, default: []].append((run, score))
      }
    }
    var boards = order.compactMap { question in
      Board(question, groups[question] ?? [], alpha: alpha, replicates: replicates)
    }
    for place in boards.indices {
      boards[place].differences = boards.indices.filter { $0 != place }.compactMap { other in
        guard let reasons = boards[place].question.reasons(against: boards[other].question), !reasons.isEmpty else {
          return nil
        }
        return "Apart from board \(other + 1): \(reasons.joined(separator: "; "))."
      }
    }
    self.boards = boards
    let numerics = Set(runs.map { "\($0.record.versions.numerics)/\($0.record.environment.instructionSet)" })
    let without = runs.filter { $0.samples == nil }.map(\.name)
    notes =
      (numerics.count > 1
        ? [
          "Numbers were computed by \(numerics.sorted().joined(separator: " and ")): small differences may come "
            + "from that."
        ]
        : [])
      + (without.isEmpty
        ? [] : ["Without samples.json, tests are unpaired and find less: \(without.joined(separator: ", "))."])
  }

  /// What a board can rank by: 2AFC under an attack, and ERS; where a dataset was not attacked, its natural score.
  private static func ranked(in record: RunRecord) -> [RunRecord.Score] {
    func isRobust(_ score: RunRecord.Score) -> Bool {
      score.threat != nil
        && (score.name == ScoreName.twoAlternativeEmpirical || score.name == ScoreName.ers
          || score.name == ScoreName.strongest(ScoreName.ers) || score.name.hasPrefix(ScoreName.ers + "@"))
    }
    let attacked = Set(record.scores.filter(isRobust).map(\.dataset))
    return record.scores.filter { score in
      isRobust(score)
        || (!attacked.contains(score.dataset) && score.threat == nil
          && [ScoreName.twoAlternativeNatural, ScoreName.recall(at: 1)].contains(score.name))
    }
  }
}
