public import Foundation
public import Results

/// What a run must not fall behind: earlier samples, and the policy that says how far is too far.
public struct Baseline: Codable, Hashable, Sendable {
  public static let currentSchema = "gauntlet-baseline/1"

  public struct Policy: Codable, Hashable, Sendable {
    /// Which scores are gated, and how much worse each may be.
    public struct Rule: Codable, Hashable, Sendable {
      /// A score's name, or the beginning of names before a final "*".
      public var score: String
      public var subject: String?
      public var dataset: String?
      /// A loss that does not matter, in the score's unit; at least 0.
      public var margin: Double

      public init(score: String, subject: String? = nil, dataset: String? = nil, margin: Double) {
        self.score = score
        self.subject = subject
        self.dataset = dataset
        self.margin = margin
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

    /// 2AFC, R@1, mAP, ERS and ARS may each fall by two points.
    public static let standard = Policy(
      rules: ["2afc-*", "recall@1", "recall@1-empirical*", "map", "ers", "ers@*", "ers+", "ars", "ars@*"].map {
        Rule(score: $0, margin: 2)
      })

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

  /// JSON with sorted keys; equal baselines give equal bytes.
  public func encoded() throws -> Data {
    try VersionedJSON.encode(self)
  }

  /// - Throws: ``ResultsError``.
  public init(json data: Data, file: String) throws {
    self = try VersionedJSON.decode(data, schema: Self.currentSchema, file: file)
    let isSound =
      policy.alpha > 0 && policy.alpha < 1 && policy.minimumSamples >= 2 && !policy.rules.isEmpty
      && policy.rules.allSatisfy { $0.margin >= 0 && $0.margin.isFinite }
    guard isSound else {
      throw ResultsError.inconsistent(
        file: file, key: "policy",
        reason: "expected 0 < alpha < 1, minimumSamples of at least 2, rules, and margins of at least 0")
    }
    try samples.validate(file: file)
  }
}
