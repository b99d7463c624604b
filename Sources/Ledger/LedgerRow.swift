/// What one sample came to in one cell.
public struct LedgerRow: Hashable, Sendable {
  /// The sample's index in its dataset.
  public let sample: Int
  /// What the attack aimed at, as dataset indices.
  public let targets: [Int]
  public let measures: [LedgerMeasure]
  /// Norms of the kept perturbation, in [0, 1] pixel units; nil where nothing is perturbed.
  public let norms: LedgerNorms?
  public let forwards: Int
  public let backwards: Int
  /// Which stage's proposal was kept; "clean" if none was worse than the clean image.
  public let stage: String
  /// Remarks, by id.
  public let flags: [String]

  public init(
    sample: Int, targets: [Int] = [], measures: [LedgerMeasure], norms: LedgerNorms? = nil, forwards: Int,
    backwards: Int, stage: String, flags: [String] = []
  ) {
    self.sample = sample
    self.targets = targets
    self.measures = measures
    self.norms = norms
    self.forwards = forwards
    self.backwards = backwards
    self.stage = stage
    self.flags = flags
  }

  /// Whether the two hold the same numbers to the bit; not-a-number is the same as itself.
  public func isIdentical(to other: LedgerRow) -> Bool {
    func same(_ x: Double?, _ y: Double?) -> Bool {
      x?.bitPattern == y?.bitPattern || x?.isNaN ?? true && y?.isNaN ?? true
    }
    return sample == other.sample && targets == other.targets && stage == other.stage && flags == other.flags
      && forwards == other.forwards && backwards == other.backwards && measures.count == other.measures.count
      && zip(measures, other.measures).allSatisfy { mine, theirs in
        mine.name == theirs.name && same(mine.before, theirs.before) && same(mine.after, theirs.after)
      } && same(norms?.linf, other.norms?.linf) && same(norms?.l2, other.norms?.l2) && same(norms?.l1, other.norms?.l1)
  }
}

/// One measure of one sample: on the clean image, and on the worst one that was found.
public struct LedgerMeasure: Hashable, Sendable {
  public let name: String
  public let before: Double
  /// Nil in cells without an attack.
  public let after: Double?

  public init(_ name: String, before: Double, after: Double?) {
    self.name = name
    self.before = before
    self.after = after
  }
}

public struct LedgerNorms: Hashable, Sendable {
  public let linf: Double
  public let l2: Double
  public let l1: Double

  public init(linf: Double, l2: Double, l1: Double) {
    self.linf = linf
    self.l2 = l2
    self.l1 = l1
  }
}
