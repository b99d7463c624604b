extension RunRecord {
  /// One sample of an attacked cell, with its pictures.
  public struct Sample: Codable, Hashable, Sendable {
    /// Number of the sample in the dataset.
    public var sample: Int
    /// A readable name, such as the file's; empty if there is none.
    public var title: String
    /// The name of the measure of the cell that `before` and `after` are values of.
    public var measure: String
    public var before: Double
    public var after: Double
    /// The norm of the perturbation in the threat model, in the units of ε.
    public var norm: Double?
    public var flags: [String]
    /// Paths of PNG files, relative to the folder of the run.
    public var clean: String
    public var adversarial: String
    /// The difference, amplified about middle gray.
    public var difference: String
    /// The factor of the amplification.
    public var amplification: Double
    /// Further pictures that the question is about, such as the reference, or the nearest item before and after.
    public var context: [Picture]

    public init(
      sample: Int, title: String = "", measure: String, before: Double, after: Double, norm: Double? = nil,
      flags: [String] = [], clean: String, adversarial: String, difference: String, amplification: Double,
      context: [Picture] = []
    ) {
      self.sample = sample
      self.title = title
      self.measure = measure
      self.before = before
      self.after = after
      self.norm = norm
      self.flags = flags
      self.clean = clean
      self.adversarial = adversarial
      self.difference = difference
      self.amplification = amplification
      self.context = context
    }
  }

  /// A picture and what it shows.
  public struct Picture: Codable, Hashable, Sendable {
    public var title: String
    /// Path of a PNG file, relative to the folder of the run.
    public var path: String

    public init(title: String, path: String) {
      self.title = title
      self.path = path
    }
  }
}
