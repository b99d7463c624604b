internal import Glibc
public import Gradients
public import Tensors

/// SP-QA: a query attack that keeps five items, the query's meaning, where they are.
///
/// loss = L(candidates) + ξ·L⁺(SP set), L the query attack's hinge loss and L⁺ that which raises. ξ is fixed, or
/// min(exp(κ·L⁺), 1e9) at every step without a gradient of its own; where the exponential overflows it is
/// 1e7, as published; published code has one ξ for a batch, here each sample has its own. SP set: up: the five items
/// nearest to the clean query; down: the five nearest items that are not candidates. Outcomes: rank percentiles of the candidates and of the SP set.
/// (Zhou et al., "Adversarial ranking attack and defense", ECCV 2020, and its extended version.)
public struct SemanticsPreservingObjective: Objective {
  public enum Weight: Hashable, Sendable {
    case fixed(Double)
    /// κ.
    case dynamic(Double)

    /// ξ at a semantics-preserving loss.
    public func value(at loss: Float) -> Float {
      switch self {
      case .fixed(let weight): return Float(weight)
      case .dynamic(let kappa):
        let power = exp(kappa * Double(loss))
        return power.isFinite ? Float(min(power, 1e9)) : 1e7
      }
    }
  }

  static let keptCount = 5

  private let task: RetrievalTask
  private let direction: RankDirection
  private let weight: Weight
  private let candidates: [[Int]]
  private let kept: [[Int]]

  /// - Parameters:
  ///   - candidates: gallery indices, at least one for each sample.
  ///   - kept: the SP set of each sample.
  public init(task: RetrievalTask, candidates: [[Int]], kept: [[Int]], direction: RankDirection, weight: Weight) {
    precondition(
      candidates.count == task.ids.count && kept.count == task.ids.count
        && (candidates + kept).allSatisfy { !$0.isEmpty },
      "candidates and items to keep for each of \(task.ids.count) samples expected")
    self.task = task
    self.direction = direction
    self.weight = weight
    self.candidates = candidates
    self.kept = kept
  }

  /// Draws `count` candidates for each sample, named by the attack's id.
  /// - Throws: `PluginError.unusable` where the gallery is too small.
  public init(
    task: RetrievalTask, count: Int, direction: RankDirection, weight: Weight, mode: AttackMode = .corrected,
    isLocal: Bool = false, attack: String
  ) throws {
    let choice = TargetChoice(task: task, attack: attack, mode: mode)
    let size = Self.keptCount
    let candidates = try choice.toMove(direction, count, isLocal: isLocal, distinct: true)
    // Upward the candidates are no part of the query's meaning: the very nearest items stay.
    let kept = try choice.nearestBesides(direction == .down ? candidates : nil, size)
    self.init(task: task, candidates: candidates, kept: kept, direction: direction, weight: weight)
  }

  public var measures: [Measure] { Self.measures(direction) }

  /// The SP set's percentile is what the attack tries to hold down; it counts as worse where it is higher, so that a
  /// report shows what the attack did to it and not the clean value.
  public static func measures(_ direction: RankDirection) -> [Measure] {
    [
      Measure(
        "rank", adversaryWants: direction.adversaryWants,
        definition: "100/N · #{x : d(q̃, x) < d(q̃, c)}, a candidate's percentile in the perturbed query's ranking"),
      Measure(
        "rank-kept", adversaryWants: .higher,
        definition: "the same for the five items that are to stay; a small value keeps the query's meaning"),
    ]
  }

  public func targets(of sample: Int) -> [Int] { candidates[sample] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let distances = task.gallery.geometry.distances(try task.placed(images), toAll: task.gallery.embeddings)
    let aim = meanHinge(distances, columns: samples.map { candidates[$0] }, direction.side)
    let preserve = meanHinge(distances, columns: samples.map { kept[$0] }, .before)
    let weights = preserve.value.scalars.map { weight.value(at: $0) }
    return aim + preserve * Variable(constant: Tensor(weights, [weights.count]))
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let ranks = QueryRankObjective(task: task, candidates: candidates, direction: direction)
    let stay = QueryRankObjective(task: task, candidates: kept, direction: .up)
    let embeddings = try task.metric.placedEmbeddings(of: images)
    return zip(ranks.outcomes(of: embeddings, samples: samples), stay.outcomes(of: embeddings, samples: samples)).map {
      Outcome($0.values + $1.values)
    }
  }
}
