/// A value of a named curve of the training log.
public struct TrainingSeries: Hashable, Sendable {
  public let name: String
  public let value: Double

  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}
