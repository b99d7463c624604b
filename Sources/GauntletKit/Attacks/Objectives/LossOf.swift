public import Gradients
public import Tensors

/// A decision with another loss, so that any search can run any loss. What is measured, and what is broken, stays.
public struct LossOf: DecisionObjective {
  private let base: any DecisionObjective
  private let kind: DecisionLoss
  private let targets: [Int: Int]

  /// - Parameters:
  ///   - targets: the class that each sample is pushed to, for the targeted loss.
  ///   - search: who asks, for the error.
  /// - Throws: `PluginError.unusable` where the loss is not defined for as many classes, or is none of scores.
  public init(
    _ base: any DecisionObjective, _ kind: DecisionLoss, targets: [Int: Int] = [:], for search: String = "attack"
  ) throws {
    try kind.check(classCount: base.classCount, for: search)
    self.base = base
    self.kind = kind
    self.targets = targets
  }

  private init(_ base: any DecisionObjective, as other: LossOf) {
    self.base = base
    kind = other.kind
    targets = other.targets
  }

  public var measures: [Measure] { base.measures }
  public var classCount: Int { base.classCount }
  public var isRandom: Bool { base.isRandom }
  public func label(of sample: Int) -> Int { base.label(of: sample) }
  public func targets(of sample: Int) -> [Int] { base.targets(of: sample) }

  public func drawn(_ draw: Int) -> any Objective {
    guard let base = base.drawn(draw) as? any DecisionObjective else { return self }
    return LossOf(base, as: self)
  }

  public func scores(at images: Variable, samples: [Int]) throws -> Variable {
    try base.scores(at: images, samples: samples)
  }

  public func loss(of scores: Variable, samples: [Int]) throws -> Variable {
    kind.values(
      of: scores, labels: samples.map(label),
      targets: kind == .targetedDLR ? samples.map { targets[$0] ?? label(of: $0) } : nil)
  }

  public func shift(at images: Variable, samples: [Int]) throws -> Variable {
    try base.shift(at: images, samples: samples)
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    try base.outcomes(at: images, samples: samples)
  }
}

/// The reading of each image is to move away from the clean one's: loss = −shift. Where it starts at the clean image there
/// is no gradient, so a search starts at random.
public struct ShiftOf: Objective {
  private let base: any DecisionObjective

  public init(_ base: any DecisionObjective) { self.base = base }

  public var measures: [Measure] { base.measures }
  public var isRandom: Bool { base.isRandom }
  public func targets(of sample: Int) -> [Int] { base.targets(of: sample) }

  public func drawn(_ draw: Int) -> any Objective {
    (base.drawn(draw) as? any DecisionObjective).map { ShiftOf($0) } ?? self
  }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    -(try base.shift(at: images, samples: samples))
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    try base.outcomes(at: images, samples: samples)
  }
}
