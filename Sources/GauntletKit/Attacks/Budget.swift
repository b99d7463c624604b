/// What an attack costs, per sample: counted by the harness, never by the attack.
public struct Cost: Hashable, Sendable, Codable {
  public var forwards: Int
  public var backwards: Int

  public init(forwards: Int = 0, backwards: Int = 0) {
    self.forwards = forwards
    self.backwards = backwards
  }

  public static func + (a: Cost, b: Cost) -> Cost {
    Cost(forwards: a.forwards + b.forwards, backwards: a.backwards + b.backwards)
  }
}
