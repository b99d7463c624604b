extension RunRecord {
  /// The suite as it was run, every default filled in.
  public struct Suite: Codable, Hashable, Sendable {
    public var name: String
    /// One line for the head of a report; empty if the suite has none.
    public var title: String
    public var seed: UInt64
    /// The resolved suite, as text that can be run again.
    public var resolved: String
    /// SHA-256 of ``resolved``, in hexadecimal.
    public var sha256: String

    public init(name: String, title: String = "", seed: UInt64, resolved: String, sha256: String) {
      self.name = name
      self.title = title
      self.seed = seed
      self.resolved = resolved
      self.sha256 = sha256
    }
  }

  /// Versions of the program and of its arithmetic.
  public struct Versions: Codable, Hashable, Sendable {
    public var gauntlet: String
    /// Changes when equal work would give other numbers.
    public var numerics: String

    public init(gauntlet: String, numerics: String) {
      self.gauntlet = gauntlet
      self.numerics = numerics
    }
  }

  /// What the numbers may depend on besides the suite; a comparison across two environments says that it is one.
  public struct Environment: Codable, Hashable, Sendable {
    /// The processor's instruction set level, such as "avx512_core".
    public var instructionSet: String
    /// Numeric libraries and their versions, such as "oneDNN": "2.6.3".
    public var libraries: [String: String]

    public init(instructionSet: String, libraries: [String: String]) {
      self.instructionSet = instructionSet
      self.libraries = libraries
    }
  }
}
