import GauntletKit
import Gradients
import Networks
import RankingDefenses
import Tensors
import Testing

struct InnerSearchTests {
  let training = Training(data: ToyPictures(classes: 4, perClass: 5))

  private func network() throws -> TrainableNetwork {
    let backbone = try training.backbone()
    return try TrainableNetwork(
      graph: try backbone.graph(), parameters: backbone.parameters, channels: 3, height: 16, width: 16)
  }

  /// Four positives, then four negatives.
  private func pairs() throws -> Tensor { try training.data.images(.train, [0, 1, 2, 3, 5, 10, 15, 6]) }

  private func collapse(_ geometry: Geometry) -> (Int, Variable) -> Variable {
    { geometry.distances($1.rows(0..<4), $1.rows(4..<8)) }
  }

  private func distances(_ images: Tensor, _ network: TrainableNetwork, _ geometry: Geometry) throws -> [Float] {
    let placed = geometry.placed(try network.evaluate(Variable(constant: images)))
    return geometry.distances(placed.rows(0..<4), placed.rows(4..<8)).value.scalars
  }

  @Test(arguments: Geometry.allCases)
  func lowersTheLossOfEachImageWithinTheBall(_ geometry: Geometry) throws {
    let (network, clean) = (try network(), try pairs())
    let before = network.parameters.dictionary
    let result = try InnerSearch(epsilon: 8 / 255, stepSize: 2 / 255, steps: 8).minimize(
      over: clean, network: network, geometry: geometry, loss: collapse(geometry))
    let shifts = zip(clean.scalars, result.images.scalars).map { abs($0 - $1) }
    #expect(shifts.allSatisfy { $0 <= Float(8.0 / 255) + 1e-7 } && shifts.contains { $0 > Float(7.0 / 255) })
    #expect(result.images.scalars.allSatisfy { (0...1).contains($0) })
    let far = try distances(clean, network, geometry)
    let near = try distances(result.images, network, geometry)
    #expect(zip(far, near).allSatisfy { $0 > $1 })
    #expect(result.iterations == 8)
    // The search leaves no trace in the network.
    #expect(network.parameters.dictionary == before)
    #expect(network.gradients.values.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
    // The clean embeddings are a by-product.
    #expect(geometry.placed(try network.evaluate(Variable(constant: clean)).value) == result.cleanEmbeddings)
  }

  @Test func oneStepIsTheFastGradientSignMethod() throws {
    let (network, clean) = (try network(), try pairs())
    let result = try InnerSearch(epsilon: 0.05, stepSize: 0.001, steps: 1).minimize(
      over: clean, network: network, geometry: .sphere, loss: collapse(.sphere))
    #expect(zip(clean.scalars, result.images.scalars).contains { abs(abs($0 - $1) - 0.05) < 1e-6 })
  }

  @Test func zeroRadiusChangesNothing() throws {
    let (network, clean) = (try network(), try pairs())
    let result = try InnerSearch(epsilon: 8 / 255, stepSize: 2 / 255, steps: 3).scaled(by: 0).minimize(
      over: clean, network: network, geometry: .sphere, loss: collapse(.sphere))
    #expect(result.images == clean)
  }

  @Test func endsWhenItIsDone() throws {
    let (network, clean) = (try network(), try pairs())
    let search = InnerSearch(epsilon: 8 / 255, stepSize: 2 / 255, steps: 5)
    let all = try search.minimize(over: clean, network: network, geometry: .sphere, loss: collapse(.sphere))
    var values: [Double] = []
    let short = try search.minimize(
      over: clean, network: network, geometry: .sphere,
      until: { value, previous in
        #expect(previous == values.last)
        values.append(value)
        return values.count == 3
      }, loss: collapse(.sphere))
    #expect(short.iterations == 2 && values.count == 3 && values[0] > values[1])
    #expect(short.images != all.images && short.images != clean)
    let none = try search.minimize(
      over: clean, network: network, geometry: .sphere, until: { _, _ in true }, loss: collapse(.sphere))
    #expect(none.images == clean && none.iterations == 0 && none.cleanEmbeddings == all.cleanEmbeddings)
  }
}
