extension RunRecord {
  /// Something a reader must know before the numbers.
  public struct Warning: Codable, Hashable, Sendable {
    public enum Severity: String, Codable, Hashable, Sendable {
      /// Good to know.
      case note
      /// Some numbers do not mean what they seem to.
      case caution
      /// The run is invalid: a failed cell, a broken order of natural and empirical.
      case invalid
    }

    public var severity: Severity
    /// A stable name, such as "collapsed".
    public var code: String
    /// One sentence.
    public var text: String
    /// Id of the subject it is about; nil if of the whole run.
    public var subject: String?
    public var dataset: String?

    public init(
      severity: Severity, code: String, text: String, subject: String? = nil, dataset: String? = nil
    ) {
      self.severity = severity
      self.code = code
      self.text = text
      self.subject = subject
      self.dataset = dataset
    }
  }
}
