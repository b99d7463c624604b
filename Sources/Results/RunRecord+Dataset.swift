extension RunRecord {
  /// A set of pictures that the subjects were asked about.
  public struct Dataset: Codable, Hashable, Sendable {
    public var id: String
    public var title: String
    /// The plugin, such as "image-folder".
    public var plugin: String
    /// The plugin with every setting, as a suite or a command line names it.
    public var spec: String
    public var image: Image
    /// How many of what: "train", "test", "classes", "triplets".
    public var counts: [String: Int]
    /// Hash of the items that were used, as the harness computed it.
    public var fingerprint: String
    /// Where the pictures come from; empty if nothing is known.
    public var reference: String

    public init(
      id: String, title: String, plugin: String, spec: String, image: Image, counts: [String: Int],
      fingerprint: String, reference: String = ""
    ) {
      self.id = id
      self.title = title
      self.plugin = plugin
      self.spec = spec
      self.image = image
      self.counts = counts
      self.fingerprint = fingerprint
      self.reference = reference
    }
  }

  /// The shape of a picture, [C, H, W].
  public struct Image: Codable, Hashable, Sendable {
    public var channels: Int
    public var height: Int
    public var width: Int

    public init(channels: Int, height: Int, width: Int) {
      self.channels = channels
      self.height = height
      self.width = width
    }
  }
}
