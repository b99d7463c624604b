extension RunRecord {
  /// One subject asked one question on one dataset, by nature or under one attack.
  public struct Cell: Codable, Hashable, Sendable {
    public enum Task: String, Codable, Hashable, Sendable, CaseIterable {
      case twoAlternative = "two-alternative"
      case retrieval
    }

    /// Hash of everything that can change the cell's numbers.
    public var id: String
    public var subject: String
    public var dataset: String
    /// Id of the attack; nil for a natural cell.
    public var attack: String?
    public var task: Task
    public var status: Status
    public var samples: Int
    public var measures: [Measure]
    /// Forward and backward passes, counted in pictures.
    public var forwards: Int
    public var backwards: Int
    /// Flag → number of samples that carry it.
    public var flags: [String: Int]
    /// Samples that break natural ≥ empirical (≥ certified): a number other than 0 is a bug.
    public var violations: Int
    /// The samples that the attack hurt most, worst first.
    public var worst: [Sample]

    public init(
      id: String, subject: String, dataset: String, attack: String? = nil, task: Task, status: Status, samples: Int,
      measures: [Measure] = [], forwards: Int = 0, backwards: Int = 0, flags: [String: Int] = [:],
      violations: Int = 0, worst: [Sample] = []
    ) {
      self.id = id
      self.subject = subject
      self.dataset = dataset
      self.attack = attack
      self.task = task
      self.status = status
      self.samples = samples
      self.measures = measures
      self.forwards = forwards
      self.backwards = backwards
      self.flags = flags
      self.violations = violations
      self.worst = worst
    }
  }

  /// A number of a cell, before and after the attack. In a natural cell there is nothing after.
  public struct Measure: Codable, Hashable, Sendable {
    public var name: String
    public var title: String
    public var unit: Unit
    public var before: Double
    public var beforeInterval: Interval?
    public var after: Double?
    public var afterInterval: Interval?
    public var higherIsBetterForDefender: Bool
    public var definition: String

    public init(
      name: String, title: String, unit: Unit, before: Double, beforeInterval: Interval? = nil,
      after: Double? = nil, afterInterval: Interval? = nil, higherIsBetterForDefender: Bool, definition: String
    ) {
      self.name = name
      self.title = title
      self.unit = unit
      self.before = before
      self.beforeInterval = beforeInterval
      self.after = after
      self.afterInterval = afterInterval
      self.higherIsBetterForDefender = higherIsBetterForDefender
      self.definition = definition
    }
  }
}
