extension RunRecord {
  /// An attack with its settings: one entry for each ε.
  public struct Attack: Codable, Hashable, Sendable {
    /// Whether published definitions are followed, or the deviations of a reference code.
    public enum Mode: String, Codable, Hashable, Sendable {
      case corrected
      case faithful
    }

    public var id: String
    public var title: String
    /// The plugin, such as "pgd" or "ca+": equal for attacks that differ only in their settings.
    public var plugin: String
    /// The plugin with every setting, as a suite or a command line names it.
    public var spec: String
    public var card: Card
    public var threat: Threat
    public var mode: Mode?
    /// The subject that the search runs on, where it is not the attacked one.
    public var surrogate: String?
    /// Steps of the search for each restart.
    public var steps: Int?
    public var restarts: Int?
    /// Step size, in the units of ε.
    public var stepSize: Double?
    /// Whether the search starts at a random point of the ball.
    public var randomStart: Bool?

    public init(
      id: String, title: String, plugin: String, spec: String, card: Card, threat: Threat, mode: Mode? = nil,
      surrogate: String? = nil, steps: Int? = nil, restarts: Int? = nil, stepSize: Double? = nil,
      randomStart: Bool? = nil
    ) {
      self.id = id
      self.title = title
      self.plugin = plugin
      self.spec = spec
      self.card = card
      self.threat = threat
      self.mode = mode
      self.surrogate = surrogate
      self.steps = steps
      self.restarts = restarts
      self.stepSize = stepSize
      self.randomStart = randomStart
    }
  }

  /// How far a picture may be moved.
  public struct Threat: Codable, Hashable, Sendable {
    /// "linf", "l2" or "l1".
    public var norm: String
    /// Radius, in pixel units of [0, 1].
    public var epsilon: Double
    /// The radius as it was asked for, such as "8/255".
    public var text: String
    /// Which images of a sample may be moved, each by as much: "nearer", "farther", "candidates" or "all"; nil where it is
    /// the reference, or the query.
    public var moved: String?

    public init(norm: String, epsilon: Double, text: String, moved: String? = nil) {
      self.norm = norm
      self.epsilon = epsilon
      self.text = text
      self.moved = moved
    }
  }
}
