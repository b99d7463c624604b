/// The versioned record of a run: what was asked, on what, with which outcome. The content of `results.json`.
///
/// The grammar is written down in `Documentation/Results.md`. Everything that may differ between two runs of equal work
/// (wall times, dates, host, number of threads) lives in ``timing``; without it, equal work gives equal bytes.
///
/// Conventions: a value whose unit is ``Unit/percent`` or ``Unit/percentile`` is stored in 0…100; ε is in pixel units
/// of [0, 1]; lists keep the order of the suite, and identifiers refer to other lists of the same record.
public struct RunRecord: Codable, Hashable, Sendable {
  /// The schema that this version writes and reads.
  public static let currentSchema = "gauntlet-results/1"

  /// Names the grammar of this record: ``currentSchema``.
  public var schema: String
  public var suite: Suite
  public var versions: Versions
  /// What the numbers may depend on besides the suite: instruction set and libraries.
  public var environment: Environment
  public var datasets: [Dataset]
  public var subjects: [Subject]
  public var attacks: [Attack]
  public var cells: [Cell]
  public var scores: [Score]
  /// What is proved; nil where the suite asks for no certificate.
  public var certificates: [Certificate]?
  public var warnings: [Warning]
  /// The command that repeats the run, without anything that changes only its speed.
  public var reproduce: String
  /// All that two runs of equal work may disagree about; nil when it was taken away.
  public var timing: Timing?

  public init(
    suite: Suite, versions: Versions, environment: Environment, datasets: [Dataset], subjects: [Subject],
    attacks: [Attack], cells: [Cell], scores: [Score], warnings: [Warning] = [], reproduce: String,
    certificates: [Certificate]? = nil, timing: Timing? = nil
  ) {
    self.schema = RunRecord.currentSchema
    self.suite = suite
    self.versions = versions
    self.environment = environment
    self.datasets = datasets
    self.subjects = subjects
    self.attacks = attacks
    self.cells = cells
    self.scores = scores
    self.certificates = certificates
    self.warnings = warnings
    self.reproduce = reproduce
    self.timing = timing
  }

  /// The record without what two runs of equal work may disagree about: two such records are equal, byte for byte.
  public func withoutTiming() -> RunRecord {
    var copy = self
    copy.timing = nil
    return copy
  }

  /// The subject of that id.
  public func subject(_ id: String) -> Subject? { subjects.first { $0.id == id } }

  /// The dataset of that id.
  public func dataset(_ id: String) -> Dataset? { datasets.first { $0.id == id } }

  /// The attack of that id.
  public func attack(_ id: String) -> Attack? { attacks.first { $0.id == id } }
}
