public import Gradients
public import Tensors

/// TMA: the perturbed query is to look like a random target t.
///
/// loss = 1 − cos(e, t), outcome: cos(e, t) in [−1, 1], in every geometry; t uniform over the gallery without the query's
/// own entry. (Tolias et al., "Targeted mismatch adversarial attack", ICCV 2019, its global descriptor term alone.)
public struct TargetMismatchObjective: Objective, Sendable {
  let task: RetrievalTask
  let chosen: [Int]
  /// Normalised embeddings of the targets: [n, D].
  let fixed: Tensor
  public static let measures = [
    Measure(
      "cosine", component: .tma, adversaryWants: .higher,
      definition: "cos(φ(q̃), φ(t)), the perturbed query's similarity to the target")
  ]

  /// - Parameter targets: a gallery index for each sample of the task.
  public init(task: RetrievalTask, targets: [Int]) {
    precondition(targets.count == task.ids.count, "\(targets.count) targets for \(task.ids.count) samples")
    self.task = task
    chosen = targets
    fixed = task.normalized(task.gallery.embeddings.rows(targets))
  }

  /// Draws a target for each sample, named by the attack's id.
  /// - Throws: `PluginError.unusable` where the gallery holds one image.
  /// - Parameter mode: faithful lets an image be its own target.
  public init(task: RetrievalTask, mode: AttackMode = .corrected, attack: String) throws {
    self.init(
      task: task, targets: try TargetChoice(task: task, attack: attack, mode: mode).anywhere(1).map { $0[0] })
  }

  public var measures: [Measure] { Self.measures }

  public func targets(of sample: Int) -> [Int] { [chosen[sample]] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    1 - cosines(try task.placed(images), samples)
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let cosines = cosines(Variable(constant: try task.metric.placedEmbeddings(of: images)), samples).value
    return cosines.scalars.map { Outcome([Double($0)]) }
  }

  private func cosines(_ placed: Variable, _ samples: [Int]) -> Variable {
    pairedProducts(
      task.gallery.geometry.isNormalized ? placed : placed.normalizedRows(), Variable(constant: fixed.rows(samples)))
  }
}
