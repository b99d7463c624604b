public import Gradients
public import Tensors

// n: images of a call; K: classes.

/// An objective that decides among K classes: what AutoAttack's losses, boundary searches and early stops ask for.
///
/// Each sample has a label y, the right answer. Its margin is m = z_y − max over i ≠ y of zᵢ. An image is broken where
/// m ≤ 0: a tie counts as broken for robustness, though it earns half a credit in a 2AFC score. It is broken too where the
/// margin is not a finite number. Unless an adapter says otherwise, the loss is the margin.
public protocol DecisionObjective: Objective {
  /// K, at least 2.
  var classCount: Int { get }
  /// y, in 0..<K. `sample` is a place in the batch.
  func label(of sample: Int) -> Int
  /// z: larger is likelier. [n, C, H, W] → [n, K], differentiable in the images; before any softmax.
  func scores(at images: Variable, samples: [Int]) throws -> Variable
  /// The loss, minimised, as a function of the scores: [n, K] → [n].
  func loss(of scores: Variable, samples: [Int]) throws -> Variable
  /// How far the subject's reading of each image is from that of the clean one: [n], at least 0, larger is better for the
  /// adversary. What a surrogate start raises.
  /// - Throws: `PluginError.unusable` where the subject has no such reading.
  func shift(at images: Variable, samples: [Int]) throws -> Variable
}

extension DecisionObjective {
  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    try loss(of: try scores(at: images, samples: samples), samples: samples)
  }

  public func loss(of scores: Variable, samples: [Int]) throws -> Variable {
    DecisionLoss.margin.values(of: scores, labels: samples.map(label))
  }

  public func shift(at images: Variable, samples: [Int]) throws -> Variable {
    throw PluginError.unusable(
      plugin: "shift", reason: "the subject gives scores alone, expected a metric whose reading of an image can move")
  }

  /// m of each row of scores.
  public func margins(of scores: Tensor, samples: [Int]) -> [Float] {
    DecisionLoss.margin.values(of: Variable(constant: scores), labels: samples.map(label)).value.scalars
  }

  /// Whether each row of scores is broken.
  public func isBroken(_ scores: Tensor, samples: [Int]) -> [Bool] {
    margins(of: scores, samples: samples).map { !($0 > 0 && $0.isFinite) }
  }

  /// Whether each image is broken, by a clean forward pass.
  public func isBroken(at images: Tensor, samples: [Int]) throws -> [Bool] {
    isBroken(try scores(at: Variable(constant: images), samples: samples).value, samples: samples)
  }
}

extension Objective {
  /// This objective as one that decides.
  /// - Throws: `PluginError.unusable`, named by the search that needs it.
  func deciding(for search: String) throws -> any DecisionObjective {
    if let decision = self as? any DecisionObjective { return decision }
    throw PluginError.unusable(
      plugin: search,
      reason: "the objective offers the loss \(measures.first?.name ?? "") alone, expected class scores: take it on "
        + "two-alternative decisions or on a classifier, or search with pgd")
  }
}
