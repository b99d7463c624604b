public import Gradients
public import Tensors

/// GTT, greedy top-1 translocation: the query's first answer is to leave the first four.
///
/// loss = mean over the gallery items x of [d(e, x) − d(e, c)]₊, c the item nearest to the clean query, its own entry left
/// out, fixed. Outcome "retained@4": 100 where #{x ≠ own entry : d(e, x) < d(e, c)} < 4, else 0; so 100 before any attack.
/// (Zhou et al., "Enhancing adversarial robustness for deep metric learning", CVPR 2022, and its code.)
public struct GreedyTranslocationObjective: Objective, Sendable {
  let task: RetrievalTask
  let chosen: [Int]
  let entries: [Int]
  public static let measures = [
    Measure(
      "retained@4", component: .gtt, adversaryWants: .lower,
      definition: "100 where the clean query's first answer is still among the first four, else 0")
  ]

  /// - Parameter attack: the attack's id, for errors.
  /// - Throws: `PluginError.unusable` where the gallery holds one image.
  public init(task: RetrievalTask, mode: AttackMode = .corrected, attack: String) throws {
    self.task = task
    entries = task.ownEntries(mode)
    chosen = try task.nearest(1, mode: mode).map { list in
      guard let top = list.first else {
        throw task.gallery.count > 1
          ? TargetChoice.notANumber(attack)
          : PluginError.unusable(plugin: attack, reason: "a gallery of 1 image has no first answer, expected 2 images")
      }
      return top
    }
  }

  public var measures: [Measure] { Self.measures }

  public func targets(of sample: Int) -> [Int] { [chosen[sample]] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let distances = task.gallery.geometry.distances(try task.placed(images), toAll: task.gallery.embeddings)
    return meanHinge(distances, columns: samples.map { [chosen[$0]] }, .behind)
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let distances = task.gallery.geometry.distances(
      try task.metric.placedEmbeddings(of: images), toAll: task.gallery.embeddings)
    let count = task.gallery.count
    return distances.withScalars { d in
      samples.enumerated().map { row, sample in
        let items = d[row * count..<(row + 1) * count]
        let limit = items[items.startIndex + chosen[sample]]
        guard !limit.isNaN else { return Outcome([.nan]) }
        var before = 0
        for (index, value) in items.enumerated() where value < limit && index != entries[sample] { before += 1 }
        return Outcome([before < 4 ? 100 : 0])
      }
    }
  }
}
