/// Where a ranking attack drives an item.
public enum RankDirection: String, Hashable, Sendable, Codable {
  /// Towards the top: rank 0.
  case up
  /// Towards the bottom.
  case down

  var side: HingeSide { self == .up ? .before : .behind }
  var adversaryWants: Measure.Direction { self == .up ? .lower : .higher }
}
