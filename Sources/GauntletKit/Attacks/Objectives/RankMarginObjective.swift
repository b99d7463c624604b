public import Gradients
public import Tensors

/// Another objective's targets and outcomes, with a loss that is the margin of the outcome itself.
///
/// Published losses of the misranking attacks ask for more than their outcome, or for something else: a farthest item
/// in front of a nearest one, one fixed item, all items in front of one. These ask for just what counts:
/// recall@1: min over non-matching x of d(e, x) − min over other matching x of d(e, x), below 0 where the query fails;
/// retained@4: the fourth smallest d(e, x) of the items besides c and the own entry − d(e, c), below 0 where c has left.
/// Where one side holds no item its term is 0. No clamp, so that the gradient does not end at success.
public struct RankMarginObjective: Objective {
  public enum Margin: Sendable {
    case recallAt1, retainedAt4
  }

  private let task: RetrievalTask
  private let base: any Objective
  private let margin: Margin

  /// - Parameter base: what measures; for `retainedAt4` its first target is the item c.
  public init(task: RetrievalTask, base: any Objective, margin: Margin) {
    self.task = task
    self.base = base
    self.margin = margin
  }

  public var measures: [Measure] { base.measures }
  public func targets(of sample: Int) -> [Int] { base.targets(of: sample) }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let distances = task.gallery.geometry.distances(try task.placed(images), toAll: task.gallery.embeddings)
    let labels = task.gallery.labels
    switch margin {
    case .recallAt1:
      var (matching, others): ([Bool], [Bool]) = ([], [])
      matching.reserveCapacity(distances.shape.count)
      others.reserveCapacity(distances.shape.count)
      for sample in samples {
        let own = task.ids[sample]
        for (index, label) in labels.enumerated() {
          matching.append(label == labels[own] && index != own)
          others.append(label != labels[own])
        }
      }
      return distances.rowMinima(where: others) - distances.rowMinima(where: matching)
    case .retainedAt4:
      let chosen = samples.map { base.targets(of: $0).first ?? task.ids[$0] }
      let count = task.gallery.count
      let fourth = distances.value.withScalars { d in
        samples.enumerated().map { row, sample in
          let items = UnsafeBufferPointer(rebasing: d[row * count..<(row + 1) * count])
          return smallest(4, of: items) { $0 != chosen[row] && $0 != task.ids[sample] }.last ?? chosen[row]
        }
      }
      return distances.elements(atColumns: fourth) - distances.elements(atColumns: chosen)
    }
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    try base.outcomes(at: images, samples: samples)
  }
}
