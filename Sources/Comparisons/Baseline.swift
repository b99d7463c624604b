public import Foundation
public import Results

/// What a run must not fall behind: earlier samples, and the policy that says how far is too far.
public struct Baseline: Codable, Hashable, Sendable {
  public static let currentSchema = "gauntlet-baseline/1"

  public struct Policy: Codable, Hashable, Sendable {
    public enum Direction: String, Codable, Hashable, Sendable {
      case higherIsBetter = "higher-is-better"
      case lowerIsBetter = "lower-is-better"
    }

    /// Which scores are gated, and how much worse each may be.
    public struct Rule: Codable, Hashable, Sendable {
      /// A score's name, or the beginning of names before a final "*".
      public var score: String
      public var subject: String?
      public var dataset: String?
      /// A loss that does not matter, in the score's unit; at least 0.
      public var margin: Double
      /// The margin where the run was computed by other numerics than the baseline, such as another instruction set:
      /// rounding alone then moves what training makes. `margin` where it is left out.
      public var marginAcrossNumerics: Double?
      /// Which way is better; the score's own way where it is left out.
      public var direction: Direction?

      public init(
        score: String, subject: String? = nil, dataset: String? = nil, margin: Double,
        marginAcrossNumerics: Double? = nil, direction: Direction? = nil
      ) {
        self.score = score
        self.subject = subject
        self.dataset = dataset
        self.margin = margin
        self.marginAcrossNumerics = marginAcrossNumerics
        self.direction = direction
      }

      /// The margin that holds for a run of the same numerics, or of others.
      func margin(acrossNumerics: Bool) -> Double { acrossNumerics ? marginAcrossNumerics ?? margin : margin }

      fileprivate var isSound: Bool {
        [margin, marginAcrossNumerics ?? margin].allSatisfy { $0 >= 0 && $0.isFinite } && !score.isEmpty
      }

      func covers(_ score: SampleRecord.Score, of table: SampleRecord.Table) -> Bool {
        let isNamed = self.score.hasSuffix("*") ? score.name.hasPrefix(self.score.dropLast()) : score.name == self.score
        return isNamed && (subject ?? table.subject) == table.subject && (dataset ?? table.dataset) == table.dataset
      }
    }

    /// The chance, over all gated scores together, of calling a regression where nothing changed.
    public var alpha: Double
    /// With fewer common samples nothing is said.
    public var minimumSamples: Int
    /// The first rule that covers a score holds.
    public var rules: [Rule]

    public init(alpha: Double = 0.05, minimumSamples: Int = 20, rules: [Rule]) {
      self.alpha = alpha
      self.minimumSamples = minimumSamples
      self.rules = rules
    }

    /// 2AFC, R@1, mAP, ERS and ARS, natural, under attack and certified, may each fall by two points. What is no
    /// certificate (`2afc-certified@published`) and what other scores imply (`2afc-undecided`, components) is not gated.
    public static let standard = Policy(
      rules: [
        "2afc-natural", "2afc-empirical*", "2afc-certified", "recall@1", "recall@1-empirical*", "recall@1-certified",
        "map", "ers", "ers@*", "ers+", "ers-certified", "ars", "ars@*",
      ].map { Rule(score: $0, margin: 2) })

    public func rule(for score: SampleRecord.Score, of table: SampleRecord.Table) -> Rule? {
      rules.first { $0.covers(score, of: table) }
    }
  }

  public var schema = currentSchema
  public var policy: Policy
  public var samples: SampleRecord

  /// Keeps of a run what the policy's rules need.
  public init(policy: Policy, run: SampleRecord) {
    self.policy = policy
    var samples = run
    samples.tables = run.tables.compactMap { table in
      var kept = table
      kept.scores = table.scores.filter { policy.rule(for: $0, of: table) != nil }
      let needed = Set(kept.scores.flatMap(\.columns))
      kept.columns = table.columns.filter { needed.contains($0.key) }
      return kept.scores.isEmpty ? nil : kept
    }
    self.samples = samples
  }

  /// The samples, their scores turned the way that the policy's rules say.
  func directed() -> SampleRecord {
    var directed = samples
    for place in directed.tables.indices {
      let table = samples.tables[place]
      for (index, score) in table.scores.enumerated() {
        guard let direction = policy.rule(for: score, of: table)?.direction else { continue }
        directed.tables[place].scores[index].higherIsBetter = direction == .higherIsBetter
      }
    }
    return directed
  }

  /// JSON with sorted keys, a column of values a line: a renewed baseline is reviewed as a difference. Equal baselines give
  /// equal bytes.
  public func encoded() throws -> Data {
    try VersionedJSON.rows(self)
  }

  /// - Throws: ``ResultsError``.
  public init(json data: Data, file: String) throws {
    self = try VersionedJSON.decode(data, schema: Self.currentSchema, file: file)
    let isSound =
      policy.alpha > 0 && policy.alpha < 1 && policy.minimumSamples >= 2 && !policy.rules.isEmpty
      && policy.rules.allSatisfy(\.isSound)
    guard isSound else {
      throw ResultsError.inconsistent(
        file: file, key: "policy",
        reason: "expected 0 < alpha < 1, minimumSamples of at least 2, rules, and margins of at least 0")
    }
    try samples.validate(file: file)
  }
}
