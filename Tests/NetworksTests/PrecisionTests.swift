import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// Half precision is near single precision, and as independent of batches as that.
@Suite struct PrecisionTests {
  @Test(arguments: ["resnet18", "vit-small-16", "small-conv", "c2f2"])
  func halfIsNearSingle(_ name: String) throws {
    let channels = name == "c2f2" ? 1 : 3
    let side = name == "c2f2" ? 28 : name == "vit-small-16" ? 32 : 64
    let graph = try Architectures.named(
      name, embedding: name == "vit-small-16" ? 384 : 32, normalization: .none,
      input: ImageExtent(channels: channels, height: side, width: side))
    let parameters = try Hashed.parameters(graph)
    func network(_ precision: Precision) throws -> Network {
      try Network(
        graph: graph, parameters: parameters, channels: channels, height: side, width: side, chunk: 2,
        precision: precision)
    }
    let (single, half) = (try network(.float32), try network(.bfloat16))
    let images = Hashed.tensor("images", [3, channels, side, side])
    let seed = Hashed.tensor("seed", [3, single.embeddingDimension])
    func both(_ network: Network, _ rows: Range<Int>) throws -> (Tensor, Tensor) {
      let leaf = Variable(leaf: images.rows(rows))
      let output = try network(leaf)
      return (output.value, try output.gradient(of: leaf, seed: seed.rows(rows)))
    }
    let (exact, rounded) = (try both(single, 0..<3), try both(half, 0..<3))
    #expect(cosine(exact.0, rounded.0) > 0.999)
    #expect(cosine(exact.1, rounded.1) > 0.97)
    #expect(exact.0 != rounded.0, "half precision rounds")
    // The last image by itself: the same bits.
    let alone = try both(half, 2..<3)
    #expect(alone.0 == rounded.0.rows(2..<3) && alone.1 == rounded.1.rows(2..<3))
  }

  private func cosine(_ a: Tensor, _ b: Tensor) -> Double {
    func dot(_ x: Tensor, _ y: Tensor) -> Double {
      zip(x.scalars, y.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }
}
