public import Gradients
public import Tensors

/// ES: the perturbed image's embedding is to move away from the clean one's.
///
/// loss = −d(e, φ(x₀)). At e = φ(x₀) the distance has no gradient; there ∂d/∂e is taken to be (1, …, 1)/√D, which is the
/// direction that the published attack starts in: it adds 1e-7 to every component of φ(x₀) in its first step, and its
/// library's distance adds 1e-6 to every component of the difference. Outcomes: the shift d(e, φ(x₀)), at most 2 for
/// normalised embeddings, measured on the proposed image (the
/// published code measures it one update early); and recall@1 of the perturbed image as a query, 0 or 100.
/// (Zhou et al., "Adversarial ranking attack and defense", ECCV 2020.)
public struct EmbeddingShiftObjective: Objective {
  let task: RetrievalTask
  private let clean: Tensor
  let entries: [Int]
  /// Faithful: the shift at each sample's last loss.
  private let last: LastShifts?
  public static let measures = [
    Measure(
      "shift", component: .esShift, adversaryWants: .higher,
      definition: "d(φ(x̃), φ(x)), how far the embedding moved"),
    Measure(
      "recall@1", component: .esRecall, adversaryWants: .lower,
      definition: "100 where the nearest other gallery item has the query's label, else 0"),
  ]

  /// - Parameter mode: faithful reports the shift one update early: that of the last image whose loss was asked for,
  ///   where one was, whatever the proposed image. Its outcomes so depend on what was asked before.
  public init(task: RetrievalTask, mode: AttackMode = .corrected) {
    self.task = task
    clean = task.cleanEmbeddings
    entries = task.ownEntries(mode)
    last = mode == .faithful ? LastShifts() : nil
  }

  public var measures: [Measure] { Self.measures }

  public func targets(of sample: Int) -> [Int] { [] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let embeddings = try task.placed(images)
    let fixed = clean.rows(samples)
    let shifts = task.gallery.geometry.distances(embeddings, Variable(constant: fixed))
    if let last { for (row, sample) in samples.enumerated() { last.values[sample] = Double(shifts.value[row]) } }
    return -(shifts + escape(embeddings, from: fixed))
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let embeddings = try task.metric.placedEmbeddings(of: images)
    let shifts = task.gallery.geometry.distances(
      Variable(constant: embeddings), Variable(constant: clean.rows(samples))
    ).value
    let recalls = task.recallAt1(embeddings, samples: samples, entries: entries)
    return samples.enumerated().map { row, sample in
      Outcome([last?.values[sample] ?? Double(shifts[row]), recalls[row] ? 100 : 0])
    }
  }

  /// Zeros, with the gradient (1, …, 1)/√D in the rows that stand where they started.
  private func escape(_ embeddings: Variable, from fixed: Tensor) -> Variable {
    let (x, size) = (embeddings.value, embeddings.shape[1])
    return Variable(Tensor(zeros: [x.rows]), from: [embeddings]) { g in
      var gradient = Tensor(zeros: x.shape)
      let part = 1 / Float(size).squareRoot()
      gradient.withMutableScalars { target in
        x.withScalars { x in
          fixed.withScalars { fixed in
            for row in 0..<g.count {
              let range = row * size..<(row + 1) * size
              if range.allSatisfy({ x[$0] == fixed[$0] }) { for i in range { target[i] = g[row] * part } }
            }
          }
        }
      }
      return [gradient]
    }
  }
}

/// What the published code's loop leaves behind.
private final class LastShifts {
  var values: [Int: Double] = [:]
}
