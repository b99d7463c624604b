internal import CKernels
public import Gradients
public import Tensors

/// CA+ and CA−: the perturbed image is a candidate c̃, and its rank for some fixed queries is to rise or to fall.
///
/// With e the embedding of c̃, loss = mean over the w queries q and all gallery items x of [d(q, e) − d(q, x)]₊ (up) or of
/// [d(q, x) − d(q, e)]₊ (down). Outcome: 100/N · the mean over q of #{x : d(q, x) < d(q, e)}, a percentile in [0, 100].
/// The gallery holds the query itself and the clean copy of the candidate; an item as far as the candidate does not count.
/// Queries: up: uniform over the gallery without the image's own entry; down: uniform over its nearest 1%; both with
/// replacement. (Zhou et al., "Adversarial ranking attack and defense", ECCV 2020.)
public struct CandidateRankObjective: Objective {
  private let task: RetrievalTask
  private let direction: RankDirection
  private let queries: [[Int]]
  /// d(q, x) for the queries of all samples, one after another: they do not change. [n·w, N]
  private let distances: Tensor

  /// - Parameter queries: gallery indices, equally many for each sample of the task.
  public init(task: RetrievalTask, queries: [[Int]], direction: RankDirection) {
    precondition(
      queries.count == task.ids.count && Set(queries.map(\.count)).count <= 1 && queries.first?.isEmpty != true,
      "equally many queries for each of \(task.ids.count) samples expected, got \(queries.map(\.count))")
    self.task = task
    self.direction = direction
    self.queries = queries
    distances = task.gallery.geometry.distances(
      task.gallery.embeddings.rows(queries.flatMap { $0 }), toAll: task.gallery.embeddings)
  }

  /// Draws `count` queries for each sample, named by the attack's id.
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
      task: task, queries: try choice.toMove(direction, count, isLocal: isLocal, distinct: false), direction: direction)
  }

  public var measures: [Measure] { Self.measures(direction) }

  public static func measures(_ direction: RankDirection) -> [Measure] {
    [
      Measure(
        "rank", component: direction == .up ? .caPlus : .caMinus, adversaryWants: direction.adversaryWants,
        definition: "100/N · #{x : d(q, x) < d(q, c̃)}, the perturbed candidate's percentile in a query's ranking")
    ]
  }

  public func targets(of sample: Int) -> [Int] { queries[sample] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let (pivots, rows) = pivots(try task.placed(images), samples)
    let losses = meanHinge(pivots, against: distances, rows: rows, direction.side)
    return losses.reshaped([samples.count, rows.count / max(samples.count, 1)]).rowMeans()
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let (pivots, rows) = pivots(Variable(constant: try task.metric.placedEmbeddings(of: images)), samples)
    let (columns, width) = (task.gallery.count, rows.count / max(samples.count, 1))
    return distances.withScalars { d in
      samples.indices.map { place in
        var total = 0
        for i in place * width..<(place + 1) * width {
          guard !pivots.value[i].isNaN else { return Outcome([.nan]) }
          total += gk_count_below(d.shared.value + rows[i] * columns, columns, pivots.value[i])
        }
        return Outcome([100 * Double(total) / Double(width * columns)])
      }
    }
  }

  /// d(q, e) for each sample and query, and the row of `distances` that it is compared with.
  private func pivots(_ embeddings: Variable, _ samples: [Int]) -> (Variable, rows: [Int]) {
    let width = queries.first?.count ?? 0
    let places = samples.indices.flatMap { [Int](repeating: $0, count: width) }
    let fixed = task.gallery.embeddings.rows(samples.flatMap { queries[$0] })
    return (
      task.gallery.geometry.distances(embeddings.rows(places), Variable(constant: fixed)),
      samples.flatMap { $0 * width..<($0 + 1) * width }
    )
  }
}
