internal import Glibc
public import Gradients
internal import Tensors

/// A loss of K class scores z with the label y; minimised, so each is the negative of what its paper maximises.
///
/// π is the descending order of the scores, of equals the lower class first.
/// Margin: z_y − max over i ≠ y of zᵢ. Cross-entropy: ln softmax(z)_y. DLR: margin / (z_π1 − z_π3 + 1e-12). Targeted DLR:
/// (z_y − z_t) / (z_π1 − ½(z_π3 + z_π4) + 1e-12), t the target. Relative margin, of two alternatives with z = −d:
/// (d_other − d_y) / (d_0 + d_1), its denominator at least 1e-12; it is no monotone function of the margin, where
/// cross-entropy of two classes is one. Values and gradients are computed in double precision. Shift: how far the reading
/// of the image is from the clean one's, negated; not of the scores. (Croce and Hein, "Reliable evaluation of adversarial
/// robustness with an ensemble of diverse parameter-free attacks", ICML 2020, section 4; margins are less than 0 exactly
/// where the DLR is.)
public enum DecisionLoss: String, Hashable, Sendable, Codable, CaseIterable {
  case margin
  case crossEntropy = "ce"
  case dlr
  case targetedDLR = "targeted-dlr"
  case relativeMargin = "relative-margin"
  case shift

  /// The fewest classes that it is defined for.
  public var minimumClasses: Int {
    switch self {
    case .dlr: 3
    case .targetedDLR: 4
    default: 2
    }
  }

  /// Whether the loss is at most 0 exactly where the image is broken; cross-entropy's sign says nothing.
  var isSigned: Bool { self == .margin || self == .dlr || self == .relativeMargin }

  /// - Throws: `PluginError.unusable` where it is not defined for that many classes.
  public func check(classCount: Int, for search: String) throws {
    guard classCount >= minimumClasses else {
      throw PluginError.unusable(
        plugin: search,
        reason: "the loss \(rawValue) compares \(minimumClasses) classes, and there are \(classCount); take margin"
          + (classCount == 2 ? " or relative-margin" : ""))
    }
    guard self != .relativeMargin || classCount == 2 else {
      throw PluginError.unusable(
        plugin: search, reason: "the loss \(rawValue) is of two alternatives, and there are \(classCount); take dlr")
    }
  }

  /// The loss of each row of scores: [n, K] → [n].
  ///
  /// Misuse (too few classes, no targets where targets are needed) is a precondition: `check` comes before.
  /// - Parameters:
  ///   - labels: y of each row.
  ///   - targets: t of each row, for the targeted loss.
  public func values(of scores: Variable, labels: [Int], targets: [Int]? = nil) -> Variable {
    let shape = scores.shape
    precondition(
      shape.rank == 2 && shape[0] == labels.count && shape[1] >= minimumClasses && self != .shift,
      "\(rawValue) takes [n, at least \(minimumClasses)] scores, got \(shape) for \(labels.count) labels")
    precondition(
      self != .targetedDLR || targets?.count == labels.count, "a target for each of \(labels.count) rows expected")
    let size = shape[1]
    var losses: [Float] = []
    var slopes = Tensor(zeros: shape)
    let wantsSlopes = scores.takesGradient
    scores.value.withScalars { z in
      for row in labels.indices {
        let values = (0..<size).map { Double(z[row * size + $0]) }
        let (loss, slope) = value(values, labels[row], targets?[row])
        losses.append(Float(loss))
        guard wantsSlopes else { continue }
        slopes.withMutableScalars { s in for (column, part) in slope { s[row * size + column] += Float(part) } }
      }
    }
    return Variable(Tensor(losses, [labels.count]), from: [scores]) { [slopes] g in
      var gradient = slopes
      gradient.withMutableScalars { s in for i in s.indices { s[i] *= g[i / size] } }
      return [gradient]
    }
  }

  /// Value and slope of one row; slopes as parts that add up by class.
  private func value(_ z: [Double], _ y: Int, _ target: Int?) -> (loss: Double, slope: [(Int, Double)]) {
    switch self {
    case .margin:
      let other = Self.largest(z, besides: y)
      return (z[y] - z[other], [(y, 1), (other, -1)])
    case .crossEntropy:
      let top = z.max() ?? 0
      let total = z.reduce(0) { $0 + exp($1 - top) }
      return (z[y] - top - log(total), z.indices.map { ($0, ($0 == y ? 1 : 0) - exp(z[$0] - top) / total) })
    case .dlr, .targetedDLR:
      let order = z.indices.sorted { (-z[$0], $0) < (-z[$1], $1) }
      let other = self == .dlr ? Self.largest(z, besides: y) : target ?? y
      let low = self == .dlr ? [(order[2], 1.0)] : [(order[2], 0.5), (order[3], 0.5)]
      let spread = z[order[0]] - low.reduce(0) { $0 + $1.1 * z[$1.0] } + 1e-12
      let loss = (z[y] - z[other]) / spread
      return (
        loss,
        [(y, 1 / spread), (other, -1 / spread), (order[0], -loss / spread)] + low.map { ($0.0, loss * $0.1 / spread) }
      )
    case .relativeMargin:
      let sum = max(-(z[0] + z[1]), 1e-12)
      let loss = (z[y] - z[1 - y]) / sum
      return (loss, [(y, (1 + loss) / sum), (1 - y, (loss - 1) / sum)])
    case .shift:
      return (0, [])
    }
  }

  /// The class of the largest score that is not `y`, of equals the lowest.
  static func largest(_ z: [Double], besides y: Int) -> Int {
    var best = y == 0 ? 1 : 0
    for i in z.indices where i != y && (z[i] > z[best] || z[i].isNaN) { best = i }
    return best
  }
}
