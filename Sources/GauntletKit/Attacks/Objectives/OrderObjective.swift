public import Gradients
public import Tensors

/// The order attack: some near candidates are to come in another order, and five items are to stay in front.
///
/// loss = (1/k²) Σ_{i<j} [d(e, cᵢ) − d(e, cⱼ)]₊ + ξ·L⁺(SP set), c₁ … c_k candidates of the nearest 1% in the wanted order,
/// a random permutation; where only a list of answers is visible, its first k. SP set: the five nearest items that are
/// not candidates. Outcome: Kendall's τ of the wanted and the obtained order in [−1, 1]: over pairs, concordant − discordant,
/// ties 0. With a visible list of V answers: the short-range ranking correlation, the same where pairs with a candidate
/// outside of the first V answers count −1. (Zhou et al., "Practical relative order attack in deep ranking", ICCV 2021.)
public struct OrderObjective: Objective {
  private let task: RetrievalTask
  private let weight: Float
  private let visible: Int
  private let wanted: [[Int]]
  private let kept: [[Int]]

  /// - Parameters:
  ///   - wanted: equally many candidates for each sample, at least 2, the one that is to come first in front.
  ///   - kept: the items that are to stay in front; empty lists for none.
  ///   - visible: how many answers are seen; 0: all.
  public init(task: RetrievalTask, wanted: [[Int]], kept: [[Int]], weight: Double, visible: Int = 0) {
    precondition(
      wanted.count == task.ids.count && kept.count == task.ids.count && wanted.allSatisfy { $0.count > 1 }
        && Set(wanted.map(\.count)).count <= 1, "equally many candidates for each of \(task.ids.count) samples expected"
    )
    self.task = task
    self.wanted = wanted
    self.kept = kept
    self.weight = Float(weight)
    self.visible = visible
  }

  /// Draws `count` candidates and their order for each sample, named by the attack's id.
  /// - Throws: `PluginError.unusable` where the gallery is too small.
  public init(task: RetrievalTask, count: Int, weight: Double, visible: Int = 0, attack: String) throws {
    let choice = TargetChoice(task: task, attack: attack)
    let wanted = try visible > 0 ? choice.first(count) : choice.near(count, distinct: true)
    self.init(
      task: task, wanted: wanted, kept: try choice.nearestBesides(wanted, SemanticsPreservingObjective.keptCount),
      weight: weight, visible: visible)
  }

  public var measures: [Measure] { Self.measures(visible: visible) }

  public static func measures(visible: Int) -> [Measure] {
    [
      Measure(
        visible > 0 ? "src" : "tau", adversaryWants: .higher,
        definition: visible > 0
          ? "short-range ranking correlation of wanted and visible order"
          : "Kendall's τ of the wanted and the obtained order"),
      Measure(
        "rank-kept", adversaryWants: .higher,
        definition: "100/N · #{x : d(q̃, x) < d(q̃, c)} of the five nearest items of the clean query"),
    ]
  }

  public func targets(of sample: Int) -> [Int] { wanted[sample] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let distances = task.gallery.geometry.distances(try task.placed(images), toAll: task.gallery.embeddings)
    let count = wanted.first?.count ?? 0
    let columns = (0..<count).map { place in distances.elements(atColumns: samples.map { wanted[$0][place] }) }
    var loss = Variable(constant: Tensor(zeros: [samples.count]))
    for i in 0..<count { for j in i + 1..<count { loss = loss + (columns[i] - columns[j]).relu() } }
    loss = loss / Float(count * count)
    guard weight != 0, samples.allSatisfy({ !kept[$0].isEmpty }) else { return loss }
    return loss + meanHinge(distances, columns: samples.map { kept[$0] }, .before) * weight
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let embeddings = try task.metric.placedEmbeddings(of: images)
    let distances = task.gallery.geometry.distances(embeddings, toAll: task.gallery.embeddings)
    let hasKept = kept.allSatisfy { !$0.isEmpty }
    let stay = hasKept ? QueryRankObjective(task: task, candidates: kept, direction: .up) : nil
    let ranks = stay?.outcomes(of: embeddings, samples: samples)
    let count = task.gallery.count
    return distances.withScalars { d in
      samples.enumerated().map { row, sample in
        let items = UnsafeBufferPointer(rebasing: d[row * count..<(row + 1) * count])
        return Outcome([correlation(items, wanted[sample]), ranks?[row].values[0] ?? 0])
      }
    }
  }

  private func correlation(_ items: UnsafeBufferPointer<Float>, _ order: [Int]) -> Double {
    let values = order.map { items[$0] }
    guard !values.contains(where: \.isNaN) else { return .nan }
    let isSeen = values.map { value in visible == 0 || items.count { $0 < value } < visible }
    var sum = 0
    for i in order.indices {
      for j in order.indices where j > i {
        if !isSeen[i] || !isSeen[j] {
          sum -= 1
        } else {
          sum += values[i] < values[j] ? 1 : values[i] > values[j] ? -1 : 0
        }
      }
    }
    return Double(sum) / Double(order.count * (order.count - 1) / 2)
  }
}
