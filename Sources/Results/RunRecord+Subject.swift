extension RunRecord {
  /// What was measured: a metric, or what a defense made of a backbone.
  public struct Subject: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable {
      /// A metric, as it is.
      case metric
      /// What a defense (also the defense "none", which only trains) made.
      case defended
    }

    public var id: String
    public var title: String
    public var kind: Kind
    /// The plugin, such as "ssim" or "act".
    public var plugin: String
    /// The plugin with every setting, as a suite or a command line names it.
    public var spec: String
    public var card: Card
    /// How embeddings are compared ("sphere", "euclidean", "cosine"); nil where nothing is embedded.
    public var geometry: String?
    /// Hash of the weights; nil where there are none.
    public var weights: String?
    /// How the subject was trained in this run or an earlier one; nil where nothing was trained.
    public var training: Training?

    public init(
      id: String, title: String, kind: Kind, plugin: String, spec: String, card: Card, geometry: String? = nil,
      weights: String? = nil, training: Training? = nil
    ) {
      self.id = id
      self.title = title
      self.kind = kind
      self.plugin = plugin
      self.spec = spec
      self.card = card
      self.geometry = geometry
      self.weights = weights
      self.training = training
    }
  }

  /// What a plugin says about itself.
  public struct Card: Codable, Hashable, Sendable {
    public var version: String
    public var definition: String
    public var reference: String

    public init(version: String, definition: String, reference: String = "") {
      self.version = version
      self.definition = definition
      self.reference = reference
    }
  }
}
