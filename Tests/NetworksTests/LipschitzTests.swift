import Foundation
import Networks
import Tensors
import TestWeights
import Testing

/// Proved bounds against what is found: they must never be the smaller.
@Suite struct LipschitzTests {
  @Test(arguments: OpCase.all)
  func boundsHoldForPairs(_ item: OpCase) throws {
    let probe = try Probe(item)
    let bound = try item.graph.lipschitzBound(probe.network.parameters, input: item.input)
    #expect(bound.layers.count == item.graph.nodes.count)
    #expect((bound.constant == .infinity) == (bound.reason != nil))
    for (index, size) in [1e-4, 1e-2, 1, 10].enumerated() {
      var moved = probe.images
      let moves = Hashed.uniform("move \(index)", moved.scalars.count)
      for i in moved.scalars.indices { moved.scalars[i] += size * (moves[i] - 0.5) }
      let (x, y) = (probe.interpreter(probe.images), probe.interpreter(moved))
      let (rows, row) = (probe.images.n, x.count / probe.images.n)
      let pixels = moved.scalars.count / rows
      for n in 0..<rows {
        let apart = distance(probe.images.scalars, moved.scalars, n * pixels..<(n + 1) * pixels)
        #expect(distance(x, y, n * row..<(n + 1) * row) <= bound.constant * apart * (1 + 1e-9))
      }
    }
    let found = try probe.network.largestStretches(at: probe.tensor)
    #expect(found.allSatisfy { $0 <= bound.constant * (1 + 1e-4) && $0 > 0 }, "\(found), \(bound.constant)")
  }

  private func distance(_ x: [Double], _ y: [Double], _ range: Range<Int>) -> Double {
    range.reduce(0) { $0 + (x[$1] - y[$1]) * (x[$1] - y[$1]) }.squareRoot()
  }

  @Test(arguments: ["sll-small", "sll-medium", "sll-large", "sll-xlarge"])
  func everySLLSizeHasOne(name: String) throws {
    let input = ImageExtent(channels: 3, height: 16, width: 32)
    let graph = try Architectures.named(name, embedding: 64, normalization: .none, input: input)
    let parameters = Parameters(initializing: graph, seed: 7)
    let bound = try graph.lipschitzBound(parameters, input: input)
    #expect(bound.constant == 1)
    let network = try Network(graph: graph, parameters: parameters, channels: 3, height: 16, width: 32)
    let found = try network.largestStretches(at: Hashed.tensor("images", [2, 3, 16, 32]), iterations: 4)
    #expect(found.allSatisfy { $0 <= 1 + 1e-5 && $0 > 0.01 }, "\(found)")
  }

  /// Takes some seconds: only if GAUNTLET_SLOW_TESTS is set.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["GAUNTLET_SLOW_TESTS"] != nil))
  func fullSizeSLL() throws {
    let input = ImageExtent(channels: 3, height: 224, width: 224)
    let graph = try Architectures.named("sll-small", embedding: 1792, normalization: .none, input: input)
    let parameters = Parameters(initializing: graph, seed: 7)
    #expect(try graph.lipschitzBound(parameters, input: input).constant == 1)
    let network = try Network(graph: graph, parameters: parameters, channels: 3, height: 224, width: 224)
    #expect(network.chunk == 2)
    let found = try network.largestStretches(at: Hashed.tensor("images", [1, 3, 224, 224]), iterations: 6)
    #expect(found.allSatisfy { $0 <= 1 + 1e-5 && $0 > 0.01 }, "\(found)")
  }

  @Test func resNet() throws {
    let input = ImageExtent(channels: 3, height: 32, width: 32)
    let graph = try Architectures.named("resnet18", embedding: 512, normalization: .none, input: input)
    let parameters = Parameters(initializing: graph, seed: 7)
    let bound = try graph.lipschitzBound(parameters, input: input)
    let network = try Network(graph: graph, parameters: parameters, channels: 3, height: 32, width: 32)
    let found = try #require(try network.largestStretches(at: Hashed.tensor("images", [2, 3, 32, 32])).max())
    #expect(bound.constant.isFinite && bound.constant > found, "\(bound.constant), \(found)")
  }

  @Test func attentionHasNone() throws {
    var graph = Graph()
    var x = graph.append(.tokens, .input, name: "tokens")
    x = graph.append(.attention(heads: 1), x, name: "heads")
    graph.append(.flatten, x, name: "flatten")
    let bound = try graph.lipschitzBound(
      Parameters(graph, tensors: [:]), input: ImageExtent(channels: 3, height: 2, width: 2))
    #expect(bound.constant == .infinity)
    #expect(bound.reason?.hasPrefix("heads: dot-product attention") == true)
  }

  @Test func normalisationCounts() throws {
    var graph = Graph()
    let x = graph.append(.affine(mean: [0, 0, 0], deviation: [1, 0.25, -0.5]), .input, name: "pixels")
    graph.append(.flatten, x, name: "flatten")
    let bound = try graph.lipschitzBound(
      Parameters(graph, tensors: [:]), input: ImageExtent(channels: 3, height: 2, width: 2))
    #expect(bound.constant == 4)
  }

  @Test(arguments: [(1, 1), (3, 20), (20, 3), (33, 40), (70, 61)])
  func spectralBounds(rows: Int, columns: Int) {
    let scalars = Hashed.uniform("matrix", rows * columns).map { $0 - 0.3 }
    let matrix = DenseMatrix(rows, columns) { scalars[$0 * columns + $1] }
    // Power iteration in double precision, from below.
    var v = [Double](repeating: 1, count: columns)
    var found = 0.0
    for _ in 0..<500 {
      let u = (0..<rows).map { r in (0..<columns).reduce(0) { $0 + scalars[r * columns + $1] * v[$1] } }
      v = (0..<columns).map { c in (0..<rows).reduce(0) { $0 + scalars[$1 * columns + c] * u[$1] } }
      let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      found = length.squareRoot()
      v = v.map { $0 / length }
    }
    #expect(matrix.spectralBound >= found * (1 - 1e-14))
    #expect(matrix.spectralBound <= found * 1.001)
    #expect(matrix.sumBound >= found && matrix.frobeniusBound >= found)
    #expect(matrix.leastBound == matrix.spectralBound || rows == 1)
  }

  @Test func degenerateMatrices() {
    #expect(DenseMatrix(4, 5) { _, _ in 0 }.spectralBound == 0)
    let identity = DenseMatrix(600, 600) { $0 == $1 ? 1e-30 : 0 }
    #expect(identity.spectralBound >= 1e-30 && identity.spectralBound < 1.03e-30)
    #expect(identity.sumBound >= 1e-30 && identity.sumBound < 1.0001e-30)
  }
}
