extension RunRecord {
  /// One number that a subject earned on a dataset, with how sure it is. Names are those of ``ScoreName``.
  public struct Score: Codable, Hashable, Sendable {
    public var subject: String
    public var dataset: String
    /// Id of the attack; nil for natural scores and for those that sum up several attacks (ERS, ARS).
    public var attack: String?
    /// The threat model; nil for natural scores.
    public var threat: Threat?
    public var name: String
    public var title: String
    public var unit: Unit
    public var value: Double
    public var interval: Interval?
    /// Number of samples behind the value.
    public var n: Int
    public var definition: String
    public var higherIsBetter: Bool

    public init(
      subject: String, dataset: String, attack: String? = nil, threat: Threat? = nil, name: String, title: String,
      unit: Unit = .percent, value: Double, interval: Interval? = nil, n: Int, definition: String,
      higherIsBetter: Bool = true
    ) {
      self.subject = subject
      self.dataset = dataset
      self.attack = attack
      self.threat = threat
      self.name = name
      self.title = title
      self.unit = unit
      self.value = value
      self.interval = interval
      self.n = n
      self.definition = definition
      self.higherIsBetter = higherIsBetter
    }
  }

  /// A range that holds the true value in a share `level` of such experiments.
  public struct Interval: Codable, Hashable, Sendable {
    public var low: Double
    public var high: Double
    /// Confidence level, such as 0.95.
    public var level: Double
    /// How it was computed, such as "wilson" or "bootstrap-bca".
    public var method: String

    public init(low: Double, high: Double, level: Double, method: String) {
      self.low = low
      self.high = high
      self.level = level
      self.method = method
    }
  }
}
