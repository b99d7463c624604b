/// What one question of a self-attack came to.
public struct SelfAttackFinding: Hashable, Sendable, Encodable {
  public enum Outcome: String, Sendable, Encodable {
    case passed, refused
    /// The question could not be asked: too few answers were left to tell, or there is nothing to ask it of.
    case open
  }

  /// A heading of Documentation/Trust.md.
  public let check: String
  public let outcome: Outcome
  /// One sentence: what was seen, and where it was refused, what it means and what to do.
  public let text: String
}

/// What a self-attack came to: 2AFC at every radius, and the answers to its questions.
public struct SelfAttackReport: Sendable, Encodable {
  /// 2AFC in percent of the answers that people, or the drawing, call right.
  public struct Level: Hashable, Sendable, Encodable {
    /// An ℓ∞ radius, as it is written; "0" for clean images.
    public let radius: String
    /// Of the undefended network, under its own gradients.
    public let undefended: Double
    /// Under the subject's own gradients.
    public let byGradients: Double
    /// Under everything that was tried.
    public let byAll: Double
  }

  public let subject: String
  /// Triplets asked about.
  public let samples: Int
  public let levels: [Level]
  public let findings: [SelfAttackFinding]

  public var refusals: [SelfAttackFinding] { findings.filter { $0.outcome == .refused } }
}
