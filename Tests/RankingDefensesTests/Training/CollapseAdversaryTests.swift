import GauntletKit
import Gradients
import Networks
import RankingDefenses
import Tensors
import Testing

struct CollapseAdversaryTests {
  let training = Training(data: ToyPictures(classes: 4, perClass: 5))

  private func network() throws -> TrainableNetwork {
    let backbone = try training.backbone()
    return try TrainableNetwork(
      graph: try backbone.graph(), parameters: backbone.parameters, channels: 3, height: 16, width: 16)
  }

  private func pairs() throws -> (positives: Tensor, negatives: Tensor) {
    (try training.data.images(.train, [0, 1, 2, 3]), try training.data.images(.train, [5, 10, 15, 6]))
  }

  private func distances(_ a: Tensor, _ b: Tensor, _ network: TrainableNetwork, _ geometry: Geometry) throws
    -> [Float]
  {
    let (x, y) = (
      geometry.placed(try network.evaluate(Variable(constant: a))),
      geometry.placed(try network.evaluate(Variable(constant: b)))
    )
    return geometry.distances(x, y).value.scalars
  }

  @Test(arguments: Geometry.allCases)
  func pullsPositiveAndNegativeTogetherWithinTheBall(_ geometry: Geometry) throws {
    let (network, (positives, negatives)) = (try network(), try pairs())
    let adversary = CollapseAdversary(epsilon: 8 / 255, stepSize: 2 / 255, steps: 8)
    let before = network.parameters.dictionary
    let result = try adversary.attack(
      positives: positives, negatives: negatives, network: network, geometry: geometry)
    for (clean, moved) in [(positives, result.positives), (negatives, result.negatives)] {
      let shifts = zip(clean.scalars, moved.scalars).map { abs($0 - $1) }
      #expect(shifts.allSatisfy { $0 <= Float(8.0 / 255) + 1e-7 })
      #expect(shifts.contains { $0 > Float(7.0 / 255) })
      #expect(moved.scalars.allSatisfy { (0...1).contains($0) })
    }
    let far = try distances(positives, negatives, network, geometry)
    let near = try distances(result.positives, result.negatives, network, geometry)
    #expect(zip(far, near).allSatisfy { $0 > $1 })
    // The inner loop leaves no trace in the network.
    #expect(network.parameters.dictionary == before)
    #expect(network.gradients.values.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
    // The clean embeddings are a by-product.
    let clean = geometry.placed(try network.evaluate(Variable(constant: positives)).value)
    #expect(clean == result.cleanPositives)
  }

  @Test func oneStepIsTheFastGradientSignMethod() throws {
    let (network, (positives, negatives)) = (try network(), try pairs())
    let result = try CollapseAdversary(epsilon: 0.05, stepSize: 0.001, steps: 1).attack(
      positives: positives, negatives: negatives, network: network, geometry: .sphere)
    let shifts = zip(positives.scalars, result.positives.scalars).map { abs($0 - $1) }
    #expect(shifts.contains { abs($0 - 0.05) < 1e-6 })
  }

  @Test func zeroRadiusChangesNothing() throws {
    let (network, (positives, negatives)) = (try network(), try pairs())
    let result = try CollapseAdversary(epsilon: 8 / 255, stepSize: 2 / 255, steps: 3).scaled(by: 0).attack(
      positives: positives, negatives: negatives, network: network, geometry: .sphere)
    #expect(result.positives == positives && result.negatives == negatives)
  }
}
