/// Where in a training a step is.
public struct TrainingPlace: Hashable, Sendable {
  /// Counted from 0.
  public let step: Int
  public let total: Int
  /// Updates a pass over the data takes.
  public let stepsPerEpoch: Int

  public init(step: Int, total: Int, stepsPerEpoch: Int) {
    self.step = step
    self.total = total
    self.stepsPerEpoch = stepsPerEpoch
  }

  /// The share of all steps that is done.
  public var progress: Double { Double(step) / Double(max(total, 1)) }

  /// e and E of schedules that go by the epoch: the training in `stages` parts of equal length; by default as many as it
  /// has epochs, the last one perhaps begun only.
  public func stage(of stages: Int?) -> (index: Int, count: Int) {
    let epochs = max(1, (total + stepsPerEpoch - 1) / max(stepsPerEpoch, 1))
    guard let stages else { return (step / max(stepsPerEpoch, 1), epochs) }
    return (min(step * stages / max(total, 1), stages - 1), stages)
  }
}
