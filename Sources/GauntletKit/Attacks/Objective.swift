public import Gradients
public import Tensors

/// What is to be lowered for the samples of one batch, and what came of it.
public protocol Objective {
  /// How the outcome is measured; the first one decides which candidate of several is the worst.
  var measures: [Measure] { get }
  /// Per sample, what the attack aims at, as dataset indices (queries, candidates or targets); empty if there is none.
  func targets(of sample: Int) -> [Int]
  /// The loss of each image, minimised: [n, C, H, W] → [n]. `samples` are places in the batch, one an image; a sample's
  /// loss depends on its own image alone.
  func loss(at images: Variable, samples: [Int]) throws -> Variable
  /// Clean forward pass: what each image achieves, one value a measure.
  func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome]
  /// Whether the loss at an image changes from draw to draw, so that its gradient is to be averaged over several.
  var isRandom: Bool { get }
  /// The same objective with all its randomness fixed to the draw of this number, keyed by draw and sample; itself where
  /// nothing is random. Asked directly, a random objective is its draw of number 0.
  func drawn(_ draw: Int) -> any Objective
}

extension Objective {
  public var isRandom: Bool { false }
  public func drawn(_ draw: Int) -> any Objective { self }
}

/// One number per sample that says how well the subject held.
public struct Measure: Hashable, Sendable, Codable {
  /// "rank", "cosine", "shift", "recall@1", "retained@4", "margin", "correct".
  public let name: String
  /// What ERS calls it, if it is one of its components.
  public let component: ERSComponent?
  public let definition: String
  /// What the adversary wants of the value.
  public let adversaryWants: Direction

  public enum Direction: String, Hashable, Sendable, Codable {
    case lower, higher
  }

  public init(_ name: String, component: ERSComponent? = nil, adversaryWants: Direction, definition: String) {
    self.name = name
    self.component = component
    self.adversaryWants = adversaryWants
    self.definition = definition
  }

  /// Whether `a` is worse for the defender than `b`. A NaN is worse than anything: it hides nothing.
  public func isWorse(_ a: Double, than b: Double) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && !b.isNaN }
    return adversaryWants == .lower ? a < b : a > b
  }
}

/// What one image achieves: one value for each of the objective's measures.
public struct Outcome: Hashable, Sendable {
  public let values: [Double]
  public init(_ values: [Double]) { self.values = values }
}
