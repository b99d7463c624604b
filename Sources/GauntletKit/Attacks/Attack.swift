/// Named stages for a task; the harness keeps the worst case per sample.
public protocol Attack: Sendable {
  var card: Card { get }
  var threat: ThreatModel { get }
  /// "corrected", or "faithful" where the published code has a known bug that is kept.
  var mode: AttackMode { get }
  /// What it can be run on.
  var tasks: Set<TaskKind> { get }
  /// What there is to do for this batch.
  func stages(for task: Task) throws -> [Stage]
}

public enum AttackMode: String, Hashable, Sendable, Codable, CaseIterable {
  case corrected, faithful
}

/// One objective, searched in one way.
public struct Stage {
  public let name: String
  public let objective: any Objective
  public let search: any Search

  public init(_ name: String, objective: any Objective, search: any Search) {
    self.name = name
    self.objective = objective
    self.search = search
  }
}
