public import Gradients
public import Tensors

/// A classifier's decision: images are to lose their labels. loss = z_y − max over i ≠ y of zᵢ.
///
/// Outcomes: "correct", 100 where the label's score is the largest, 0 elsewhere, ties included; and "margin".
public struct ClassifierObjective: DecisionObjective {
  public static let measures = [
    Measure(
      "correct", adversaryWants: .lower,
      definition: "100 where the label has the largest score, 0 elsewhere and in ties"),
    Measure("margin", adversaryWants: .lower, definition: "z_y − max over i ≠ y of zᵢ"),
  ]

  public let classCount: Int
  private let labels: [Int]
  private let network: (Variable) throws -> Variable

  /// - Parameters:
  ///   - labels: in 0..<classCount, one a sample of the batch.
  ///   - network: [n, C, H, W] → [n, classCount] scores before the softmax; an image's scores depend on it alone.
  public init(labels: [Int], classCount: Int, network: @escaping (Variable) throws -> Variable) {
    precondition(
      classCount >= 2 && labels.allSatisfy { $0 >= 0 && $0 < classCount },
      "labels below \(classCount), and at least 2 classes expected")
    self.labels = labels
    self.classCount = classCount
    self.network = network
  }

  public var measures: [Measure] { Self.measures }
  public func targets(of sample: Int) -> [Int] { [] }
  public func label(of sample: Int) -> Int { labels[sample] }
  public func scores(at images: Variable, samples: [Int]) throws -> Variable { try network(images) }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let margins = margins(of: try network(Variable(constant: images)).value, samples: samples)
    return margins.map { Outcome($0.isFinite ? [$0 > 0 ? 100 : 0, Double($0)] : [.nan, .nan]) }
  }
}
