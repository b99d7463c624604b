public import Results
internal import Statistics

/// Scores of runs over time, and the steps in them.
///
/// Each series is fitted by constant pieces (``PottsModel``), values weighted by their numbers of samples: noise is
/// what neighbouring values differ by, and no less than one sample's weight. A step's significance is that of the two
/// runs that meet there: tested sample by sample where both have the same samples, by their intervals elsewhere;
/// p-values of all steps are adjusted together by Holm's method.
public struct History: Sendable {
  /// What a history keeps of a run: not its record, so that hundreds of them fit.
  public struct Run: Sendable {
    public let name: String
    /// ISO 8601; nil where the record has no times.
    public let started: String?
    public let version: String
    public let numerics: String
    public let seconds: Double?
    public let faults: Int
    /// Titles of subjects and datasets, by id.
    public let subjects: [String: String]
    public let datasets: [String: String]
    let answers: [(key: Key, score: RunRecord.Score)]
    let samples: @Sendable () throws -> SampleRecord?

    /// - Parameters:
    ///   - samples: reads the run's samples; called for runs at a step only.
    ///   - includes: which scores are followed.
    public init(
      name: String, record: RunRecord, samples: @escaping @Sendable () throws -> SampleRecord?,
      including includes: (RunRecord.Score) -> Bool = { ScoreName.isHeadline($0.name) }
    ) {
      self.name = name
      started = record.timing?.started
      version = record.versions.gauntlet
      numerics = "\(record.versions.numerics)/\(record.environment.instructionSet)"
      seconds = record.timing?.seconds
      faults = record.cells.count { $0.violations > 0 || $0.status.isFailure }
      subjects = Dictionary(record.subjects.map { ($0.id, $0.title) }) { first, _ in first }
      datasets = Dictionary(record.datasets.map { ($0.id, $0.title) }) { first, _ in first }
      answers = record.scores.filter { score in
        includes(score) && score.value.isFinite && !record.scores.contains(where: score.isCopy)
      }.map {
        (Key(subject: $0.subject, attack: $0.attack, question: RecordedQuestion($0, in: record)), $0)
      }
      self.samples = samples
    }
  }

  struct Key: Hashable, Sendable {
    let subject: String
    let attack: String?
    let question: RecordedQuestion
  }

  /// A score of a subject, wherever it was asked the same.
  public struct Series: Sendable {
    public struct Point: Sendable {
      /// Place in ``History/runs``.
      public let run: Int
      public let value: Double
      public let interval: RunRecord.Interval?
      public let n: Int
    }

    public let subject: String
    public let attack: String?
    public let question: RecordedQuestion
    public let title: String
    public let unit: RunRecord.Unit
    public let higherIsBetter: Bool
    /// In the order of the runs.
    public let points: [Point]
    /// Places in ``points`` and their level, in order.
    public let pieces: [(range: Range<Int>, level: Double)]
  }

  /// A place where a series changes its level.
  public struct Step: Sendable {
    /// Place in ``History/series``.
    public let series: Int
    /// The last run before it and the first after it; places in ``History/runs``.
    public let before: Int
    public let after: Int
    /// The levels to both sides.
    public let from: Double
    public let to: Double
    /// Of the two runs' scores, second minus first.
    public let difference: Double
    public let low: Double
    public let high: Double
    public let isPaired: Bool
    public let pValue: Double
    public internal(set) var adjustedPValue: Double

    public var size: Double { to - from }
  }

  /// In the order of their start; as they were given where a run has no start.
  public let runs: [Run]
  public let series: [Series]
  /// Latest first.
  public let steps: [Step]
  public let notes: [String]

  /// - Throws: what reading samples throws.
  public init(_ given: [Run], replicates: Int = 2000) throws {
    let isTimed = given.allSatisfy { $0.started != nil }
    let runs =
      isTimed
      ? given.enumerated().sorted { ($0.element.started ?? "", $0.offset) < ($1.element.started ?? "", $1.offset) }
        .map(\.element) : given
    let series = History.series(of: runs)
    self.runs = runs
    self.series = series
    steps = try History.steps(in: series, of: runs, replicates: replicates)
    var notes: [String] = []
    if !isTimed { notes.append("Some runs do not say when they started: runs stand in the order given.") }
    let numerics = Set(runs.map(\.numerics))
    if numerics.count > 1 {
      notes.append(
        "Numbers were computed by \(numerics.sorted().joined(separator: " and ")): small steps may come from that.")
    }
    self.notes = notes
  }
}

extension RunRecord.Score {
  /// Whether it repeats a score of its threat model under the name of an attack, as certificates do.
  func isCopy(of other: RunRecord.Score) -> Bool {
    attack != nil && other.attack == nil && name == other.name && subject == other.subject && dataset == other.dataset
      && threat?.norm == other.threat?.norm && threat?.epsilon == other.threat?.epsilon
  }
}

extension RunRecord.Status {
  var isFailure: Bool { if case .failed = self { true } else { false } }
}
