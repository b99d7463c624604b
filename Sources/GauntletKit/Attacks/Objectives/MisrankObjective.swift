public import Gradients
public import Tensors

/// LTM: every matching item is to fall behind every non-matching one.
///
/// With e the embedding of the query, loss = [max over non-matching x of d(e, x) − min over matching x of d(e, x)]₊;
/// matching = of the query's label. Outcome: recall@1, 0 or 100. Corrected: the query's own entry does not match.
/// Faithful: it does, as in the published code, so that the first step only pulls towards the farthest non-matching item.
/// A query without matching items, or without others, has no loss and no gradient. (Wang et al., "Transferable,
/// controllable, and inconspicuous adversarial attacks on person re-identification with deep mis-ranking", CVPR 2020,
/// as a hinge of the query's own.)
public struct MisrankObjective: Objective {
  let task: RetrievalTask
  private let mode: AttackMode
  let entries: [Int]
  public static let measures = [
    Measure(
      "recall@1", component: .ltm, adversaryWants: .lower,
      definition: "100 where the nearest other gallery item has the query's label, else 0")
  ]

  public init(task: RetrievalTask, mode: AttackMode = .corrected) {
    self.task = task
    self.mode = mode
    entries = task.ownEntries(mode)
  }

  public var measures: [Measure] { Self.measures }

  public func targets(of sample: Int) -> [Int] { [] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let distances = task.gallery.geometry.distances(try task.placed(images), toAll: task.gallery.embeddings)
    let labels = task.gallery.labels
    var (matching, others): ([Bool], [Bool]) = ([], [])
    matching.reserveCapacity(distances.shape.count)
    others.reserveCapacity(distances.shape.count)
    for sample in samples {
      let own = task.ids[sample]
      for (index, label) in labels.enumerated() {
        matching.append(label == labels[own] && (index != own || mode == .faithful))
        others.append(label != labels[own])
      }
    }
    return (distances.rowMaxima(where: others) - distances.rowMinima(where: matching)).relu()
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    task.recallAt1(try task.metric.placedEmbeddings(of: images), samples: samples, entries: entries).map {
      Outcome([$0 ? 100 : 0])
    }
  }
}
