internal import CKernels
public import Gradients
public import Tensors

/// QA+ and QA−: the perturbed image is the query, and the ranks of some fixed candidates are to rise or to fall.
///
/// With e the embedding of the query, loss = mean over the m candidates c and all gallery items x of [d(e, c) − d(e, x)]₊
/// (up) or of [d(e, x) − d(e, c)]₊ (down). Outcome: 100/N · the mean over c of #{x : d(e, x) < d(e, c)}, a percentile in
/// [0, 100]; the gallery holds the query's clean copy, and an item as far as the candidate does not count. Candidates: up:
/// uniform over the gallery without the query's own entry, with replacement; down: distinct ones of its nearest 1%.
/// (Zhou et al., "Adversarial ranking attack and defense", ECCV 2020.)
public struct QueryRankObjective: Objective {
  private let task: RetrievalTask
  private let direction: RankDirection
  private let candidates: [[Int]]

  /// - Parameter candidates: gallery indices, at least one for each sample of the task.
  public init(task: RetrievalTask, candidates: [[Int]], direction: RankDirection) {
    precondition(
      candidates.count == task.ids.count && candidates.allSatisfy { !$0.isEmpty },
      "candidates for each of \(task.ids.count) samples expected, got \(candidates.map(\.count))")
    self.task = task
    self.direction = direction
    self.candidates = candidates
  }

  /// Draws `count` candidates for each sample, named by the attack's id.
  /// - Throws: `PluginError.unusable` where the gallery is too small.
  /// - Parameters:
  ///   - mode: faithful lets an image be its own target, and takes the very nearest item for its own entry.
  ///   - isLocal: whether targets of the upward attack come from ranks of 1% to 5% rather than from everywhere.
  public init(
    task: RetrievalTask, count: Int, direction: RankDirection, mode: AttackMode = .corrected, isLocal: Bool = false,
    attack: String
  ) throws {
    let choice = TargetChoice(task: task, attack: attack, mode: mode)
    self.init(
      task: task,
      candidates: try choice.toMove(direction, count, isLocal: isLocal, distinct: true),
      direction: direction)
  }

  public var measures: [Measure] { Self.measures(direction) }

  public static func measures(_ direction: RankDirection) -> [Measure] {
    [
      Measure(
        "rank", component: direction == .up ? .qaPlus : .qaMinus, adversaryWants: direction.adversaryWants,
        definition: "100/N · #{x : d(q̃, x) < d(q̃, c)}, a candidate's percentile in the perturbed query's ranking")
    ]
  }

  public func targets(of sample: Int) -> [Int] { candidates[sample] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let distances = task.gallery.geometry.distances(try task.placed(images), toAll: task.gallery.embeddings)
    return meanHinge(distances, columns: samples.map { candidates[$0] }, direction.side)
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    outcomes(of: try task.metric.placedEmbeddings(of: images), samples: samples)
  }

  /// The same, of placed embeddings.
  func outcomes(of embeddings: Tensor, samples: [Int]) -> [Outcome] {
    let distances = task.gallery.geometry.distances(embeddings, toAll: task.gallery.embeddings)
    let columns = task.gallery.count
    return distances.withScalars { d in
      samples.enumerated().map { row, sample in
        let items = d.shared.value + row * columns
        var total = 0
        for candidate in candidates[sample] {
          guard !items[candidate].isNaN else { return Outcome([.nan]) }
          total += gk_count_below(items, columns, items[candidate])
        }
        return Outcome([100 * Double(total) / Double(columns * candidates[sample].count)])
      }
    }
  }
}
