public import Foundation

/// `samples.json`: what the scores of a run are made of, sample by sample, so that two subjects or two runs can be compared
/// in pairs without their ledgers and data.
public struct SampleRecord: Codable, Hashable, Sendable {
  public static let currentSchema = "gauntlet-samples/1"

  /// The samples of a subject on a dataset.
  public struct Table: Codable, Hashable, Sendable {
    public var subject: String
    public var dataset: String
    /// Of the dataset's content, its images and labels.
    public var fingerprint: String
    /// Indices in the dataset, ascending, and what they are called there.
    public var samples: [Int]
    public var names: [String]
    /// A value a sample.
    public var columns: [String: [Double]]
    public var scores: [Score]

    public init(
      subject: String, dataset: String, fingerprint: String, samples: [Int], names: [String],
      columns: [String: [Double]], scores: [Score]
    ) {
      self.subject = subject
      self.dataset = dataset
      self.fingerprint = fingerprint
      self.samples = samples
      self.names = names
      self.columns = columns
      self.scores = scores
    }
  }

  /// A score as a function of columns.
  public struct Score: Codable, Hashable, Sendable {
    public enum Combination: String, Codable, Hashable, Sendable {
      /// The mean of the columns' means.
      case mean
      /// Columns come in pairs: the mean over the pairs of 100 · mean(second) / mean(first).
      case ratio
    }

    public var name: String
    public var title: String
    public var attack: String?
    public var threat: RunRecord.Threat?
    public var unit: RunRecord.Unit
    public var higherIsBetter: Bool
    public var columns: [String]
    public var combination: Combination
    /// Everything that decided the attack: two scores can be compared only where it is equal.
    public var conditions: String

    public init(
      name: String, title: String, attack: String?, threat: RunRecord.Threat?, unit: RunRecord.Unit,
      higherIsBetter: Bool, columns: [String], combination: Combination, conditions: String
    ) {
      self.name = name
      self.title = title
      self.attack = attack
      self.threat = threat
      self.unit = unit
      self.higherIsBetter = higherIsBetter
      self.columns = columns
      self.combination = combination
      self.conditions = conditions
    }
  }

  public var schema = currentSchema
  /// What decides bits besides the inputs.
  public var numerics: String
  /// The suite's seed: it decides samples and targets.
  public var seed: UInt64
  public var tables: [Table]

  public init(numerics: String, seed: UInt64, tables: [Table]) {
    self.numerics = numerics
    self.seed = seed
    self.tables = tables
  }
}

extension SampleRecord.Score.Combination {
  private func ratios(_ means: [Double]) -> [Double] {
    stride(from: 0, to: means.count - 1, by: 2).map { 100 * means[$0 + 1] / means[$0] }
  }

  /// From the columns' means to the score.
  public func value(_ means: [Double]) -> Double {
    switch self {
    case .mean: means.reduce(0, +) / Double(means.count)
    case .ratio: ratios(means).reduce(0, +) / Double(means.count / 2)
    }
  }
}

extension SampleRecord.Table {
  /// What a score of the table comes to.
  public func value(of score: SampleRecord.Score) -> Double {
    score.combination.value(
      score.columns.map { name in
        let column = columns[name] ?? []
        return column.reduce(0, +) / Double(column.count)
      })
  }

  /// Whether a score of the table is the recorded one, up to rounding.
  public func agrees(_ score: SampleRecord.Score, with recorded: Double) -> Bool {
    abs(value(of: score) - recorded) <= 1e-6 * max(1, abs(recorded))
  }
}

extension SampleRecord {
  /// JSON with sorted keys; equal records give equal bytes.
  public func encoded() throws -> Data {
    try VersionedJSON.encode(self)
  }

  /// Reads and checks a `samples.json`.
  /// - Throws: ``ResultsError``.
  public init(json data: Data, file: String) throws {
    self = try VersionedJSON.decode(data, schema: Self.currentSchema, file: file)
    try validate(file: file)
  }

  /// Checks that names, columns and scores fit each other.
  /// - Throws: ``ResultsError/inconsistent(file:key:reason:)``.
  public func validate(file: String) throws {
    for (place, table) in tables.enumerated() {
      let key = "tables[\(place)]"
      func require(_ condition: Bool, _ key: String, _ reason: String) throws {
        if !condition { throw ResultsError.inconsistent(file: file, key: key, reason: reason) }
      }
      let count = table.samples.count
      try require(table.names.count == count, "\(key).names", "\(table.names.count) names for \(count) samples")
      for (name, column) in table.columns {
        try require(
          column.count == count, "\(key).columns.\(name)", "\(column.count) values for \(count) samples")
      }
      for score in table.scores {
        try require(
          !score.columns.isEmpty && score.columns.allSatisfy { table.columns[$0] != nil }
            && (score.combination == .mean || score.columns.count.isMultiple(of: 2)), "\(key).scores.\(score.name)",
          "its columns are not those of the table")
      }
    }
  }
}
