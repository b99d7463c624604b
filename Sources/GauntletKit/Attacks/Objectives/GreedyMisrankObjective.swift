public import Gradients
public import Tensors

/// GTM, greedy top-1 misranking: the query is pulled to the nearest item of another label.
///
/// loss = d(e, u), u the non-matching gallery item nearest to the clean query, fixed. Outcome: recall@1, 0 or 100.
/// Faithful keeps two slips of the published code: "matching" is told by the label of the query's nearest other item, and
/// u's place in the list of non-matching items is used as its place in the gallery. (Zhou et al., "Enhancing adversarial
/// robustness for deep metric learning", CVPR 2022, and its code.)
public struct GreedyMisrankObjective: Objective {
  let task: RetrievalTask
  let chosen: [Int]
  let entries: [Int]
  public static let measures = [
    Measure(
      "recall@1", component: .gtm, adversaryWants: .lower,
      definition: "100 where the nearest other gallery item has the query's label, else 0")
  ]

  /// - Parameter attack: the attack's id, for errors.
  /// - Throws: `PluginError.unusable` where a query has no non-matching item.
  public init(task: RetrievalTask, mode: AttackMode = .corrected, attack: String) throws {
    self.task = task
    let labels = task.gallery.labels
    let entries = task.ownEntries(mode)
    self.entries = entries
    var chosen = [Int](repeating: 0, count: task.ids.count)
    try task.forEachCleanRow { sample, distances in
      let own = task.ids[sample]
      var label = labels[own]
      if mode == .faithful, let top = smallest(1, of: distances, where: { $0 != entries[sample] }).first {
        label = labels[top]
      }
      guard let nearest = smallest(1, of: distances, where: { $0 != own && labels[$0] != label }).first else {
        throw distances.contains { !$0.isNaN }
          ? PluginError.unusable(
            plugin: attack, reason: "no gallery item has another label than item \(own), expected two classes or more")
          : TargetChoice.notANumber(attack)
      }
      // The place among the non-matching items, the query's own entry among them where its label is not the top's.
      chosen[sample] = mode == .corrected ? nearest : labels[..<nearest].count { $0 != label }
    }
    self.chosen = chosen
  }

  public var measures: [Measure] { Self.measures }

  public func targets(of sample: Int) -> [Int] { [chosen[sample]] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let fixed = task.gallery.embeddings.rows(samples.map { chosen[$0] })
    return task.gallery.geometry.distances(try task.placed(images), Variable(constant: fixed))
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    task.recallAt1(try task.metric.placedEmbeddings(of: images), samples: samples, entries: entries).map {
      Outcome([$0 ? 100 : 0])
    }
  }
}
