extension RunRecord {
  /// How a subject was trained. Its wall time is volatile and lives in ``Timing/subjects``.
  public struct Training: Codable, Hashable, Sendable {
    /// Id of the dataset it was trained on.
    public var dataset: String
    /// Passes over the dataset; nil where the number of updates was given instead, or passes are no whole number.
    public var epochs: Int?
    /// Updates of the weights.
    public var steps: Int
    /// What was logged on the way, such as the loss or R@1 of the test split.
    public var log: [Series]

    public init(dataset: String, epochs: Int?, steps: Int, log: [Series] = []) {
      self.dataset = dataset
      self.epochs = epochs
      self.steps = steps
      self.log = log
    }
  }

  /// A curve: one value at each of some steps, in rising order of the steps.
  public struct Series: Codable, Hashable, Sendable {
    public var name: String
    public var unit: Unit
    public var points: [Point]

    public init(name: String, unit: Unit = .plain, points: [Point]) {
      self.name = name
      self.unit = unit
      self.points = points
    }

    public struct Point: Codable, Hashable, Sendable {
      public var step: Int
      public var value: Double

      public init(step: Int, value: Double) {
        self.step = step
        self.value = value
      }
    }
  }

  /// What a number counts, and so how it is printed.
  public enum Unit: String, Codable, Hashable, Sendable, CaseIterable {
    /// 0…100; printed with one decimal.
    case percent
    /// A rank as a share of the gallery, 0…100; printed with one decimal.
    case percentile
    /// A distance or a shift of an embedding.
    case distance
    /// A cosine, −1…1.
    case cosine
    /// Anything else without a unit, such as a loss or a margin.
    case plain
  }
}
