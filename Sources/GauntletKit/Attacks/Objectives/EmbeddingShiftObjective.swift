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
  private let task: RetrievalTask
  private let clean: Tensor
  public static let measures = [
    Measure(
      "shift", component: .esShift, adversaryWants: .higher,
      definition: "d(φ(x̃), φ(x)), how far the embedding moved"),
    Measure(
      "recall@1", component: .esRecall, adversaryWants: .lower,
      definition: "100 where the nearest other gallery item has the query's label, else 0"),
  ]

  public init(task: RetrievalTask) {
    self.task = task
    clean = task.cleanEmbeddings
  }

  public var measures: [Measure] { Self.measures }

  public func targets(of sample: Int) -> [Int] { [] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    let embeddings = try task.placed(images)
    let fixed = clean.rows(samples)
    return -(task.gallery.geometry.distances(embeddings, Variable(constant: fixed)) + escape(embeddings, from: fixed))
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let embeddings = try task.metric.placedEmbeddings(of: images)
    let shifts = task.gallery.geometry.distances(
      Variable(constant: embeddings), Variable(constant: clean.rows(samples))
    ).value
    return zip(shifts.scalars, task.recallAt1(embeddings, samples: samples)).map {
      Outcome([Double($0), $1 ? 100 : 0])
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
