extension RunRecord {
  /// What is proved of a subject on a dataset.
  public struct Certificate: Codable, Hashable, Sendable {
    public var subject: String
    public var dataset: String
    /// ℓ2 Lipschitz constant from pixels in [0, 1] to embeddings before normalisation; nil where the subject claims none, so
    /// that nothing is proved.
    public var lipschitz: Double?
    /// The certified score over the radius.
    public var curves: [Curve]
    /// Where the proof is a probable one, of the vote of a subject under noise: how it was taken. Nil for certain proofs.
    public var votes: Votes?

    /// Votes under noise; a certificate of them is wrong with a probability of at most `alpha` for each sample.
    public struct Votes: Codable, Hashable, Sendable {
      public var count: Int
      public var alpha: Double

      public init(count: Int, alpha: Double) {
        self.count = count
        self.alpha = alpha
      }
    }

    public init(subject: String, dataset: String, lipschitz: Double?, curves: [Curve], votes: Votes? = nil) {
      self.subject = subject
      self.dataset = dataset
      self.lipschitz = lipschitz
      self.curves = curves
      self.votes = votes
    }

    /// Of 2AFC, or R@1 of rankings.
    public struct Curve: Codable, Hashable, Sendable {
      /// Which images move: "reference", "nearer", "farther", "candidates", "all"; "query" of rankings.
      public var moved: String
      /// In rising order of the radius.
      public var points: [Point]

      public init(moved: String, points: [Point]) {
        self.moved = moved
        self.points = points
      }
    }

    public struct Point: Codable, Hashable, Sendable {
      /// ℓ2 of pixels in [0, 1].
      public var radius: Double
      /// Percent.
      public var value: Double
      public var interval: Interval?

      public init(radius: Double, value: Double, interval: Interval?) {
        self.radius = radius
        self.value = value
        self.interval = interval
      }
    }
  }
}
