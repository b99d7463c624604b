extension RunRecord {
  /// What became of a cell. In JSON: `{"state": "done"}`, or a state with its `"reason"`.
  public enum Status: Hashable, Sendable {
    case done
    /// It was tried and threw; the run is invalid.
    case failed(String)
    /// The pair makes no sense, or was not asked for.
    case skipped(String)

    /// Why it is not done; nil if it is.
    public var reason: String? {
      switch self {
      case .done: nil
      case .failed(let reason), .skipped(let reason): reason
      }
    }
  }
}

extension RunRecord.Status: Codable {
  private enum State: String, Codable { case done, failed, skipped }
  private enum Key: String, CodingKey { case state, reason }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.decode(State.self, forKey: .state) {
    case .done: self = .done
    case .failed: self = .failed(try container.decode(String.self, forKey: .reason))
    case .skipped: self = .skipped(try container.decode(String.self, forKey: .reason))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    let state: State =
      switch self {
      case .done: .done
      case .failed: .failed
      case .skipped: .skipped
      }
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(reason, forKey: .reason)
  }
}
