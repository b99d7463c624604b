/// A law that a conformer broke, and how. Checks return these as data: tests and tools decide what to do with them.
public struct LawViolation: Hashable, Sendable, CustomStringConvertible {
  /// "metric: a sample's distance depends on its own images alone".
  public let law: String
  public let detail: String

  public init(_ law: String, _ detail: String) {
    self.law = law
    self.detail = detail
  }

  public var description: String { "\(law): \(detail)" }
}
