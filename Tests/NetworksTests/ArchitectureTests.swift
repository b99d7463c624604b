import Gradients
import Networks
import Tensors
import Testing

/// Outputs and input gradients of torchvision and PyTorch, in double precision, on the same weights.
@Suite struct ArchitectureTests {
  @Test(arguments: Architectures.names)
  func agreesWithPyTorch(name: String) throws {
    let file = name.hasPrefix("sll-") ? "sll" : "architectures"
    let golden = try #require(try Golden.load(file, as: Golden.Evaluation.self)[name])
    let input = ImageExtent(channels: golden.channels, height: golden.side, width: golden.side)
    let graph = try Architectures.named(
      name, embedding: golden.embedding, normalization: golden.normalized ? .imagenet : .none, input: input)
    let network = try Network(
      graph: graph, parameters: Hashed.parameters(graph), channels: golden.channels, height: golden.side,
      width: golden.side)
    let images = Hashed.tensor("images", [golden.batch, golden.channels, golden.side, golden.side])
    let leaf = Variable(leaf: images)
    let output = try network(leaf)
    let error = relativeError(output.value.scalars, golden.output)
    #expect(error < 1e-4, "output of \(name)")
    let gradient = try output.gradient(of: leaf, seed: Hashed.tensor("seed", output.shape))
    let gradientError = golden.gradient.error(gradient)
    #expect(gradientError < 2e-4, "input gradient of \(name)")
    #expect(try network(images) == output.value, "with and without gradient: the same bits")
  }
}
