import GauntletKit
import GauntletLaws
import Gradients
import Synchronization
import Tensors
import Testing

/// The laws of defenses hold for a training that keeps them, and find what breaks them.
struct DefenseLawsTests {
  /// Pixels times a factor that a training of four steps sums up.
  private struct Scaled: EmbeddingMetric {
    let card: Card
    let spec: ImageSpec
    let factor: Float
    let geometry = Geometry.euclidean
    var input: ImageRequirement { .exactly(spec) }
    var dimension: Int { spec.shape(1).count }

    func embed(_ images: Variable) throws -> Variable {
      images.reshaped([images.shape[0], images.shape.rowCount]) * factor
    }
  }

  private final class Toy: Defense {
    enum Fault { case none, forgetsTheCheckpoint, goesOn, countsItsUses }

    let card = Card(id: "toy", version: "1", title: "Toy", definition: "-", reference: "-")
    private let fault: Fault
    private let uses = Mutex(0)

    init(_ fault: Fault) { self.fault = fault }

    func defend(_ start: Start, with data: TrainingData, in session: any TrainingSession) throws -> any Metric {
      let use = uses.withLock { count -> Int in
        count += 1
        return count
      }
      let checkpoint = try session.restored()
      var factor = fault == .forgetsTheCheckpoint ? 1 : checkpoint?.tensors["factor"]?[0] ?? 1
      if fault == .countsItsUses { factor += Float(use) }
      for step in (checkpoint?.step ?? 0)..<4 {
        factor += Float(step)
        let state = Tensor([factor], [1])
        do {
          try session.completed(step: step + 1, of: 4) {
            TrainingCheckpoint(step: step + 1, tensors: ["factor": state])
          }
        } catch { if fault != .goesOn { throw error } }
      }
      return Scaled(card: card, spec: data.dataset.images, factor: factor)
    }
  }

  private func laws(_ fault: Toy.Fault) throws -> Set<String> {
    let dataset = ToyRetrieval()
    let start = Start.metric(IdentityEmbedding(dataset.images))
    return Set(try DefenseLaws.violations(of: Toy(fault), from: start, with: .retrieval(dataset)).map(\.law))
  }

  @Test func soundTrainingsKeepTheLaws() throws { #expect(try laws(.none) == []) }

  @Test func brokenTrainingsAreFound() throws {
    #expect(
      try laws(.forgetsTheCheckpoint) == ["defense: a training that was stopped and resumed gives the same weights"])
    #expect(try laws(.goesOn) == ["defense: what the session throws ends the training"])
    #expect(try laws(.countsItsUses).contains("defense: equal seeds give equal metrics"))
  }
}
