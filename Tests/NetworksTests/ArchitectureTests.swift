import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// Outputs and input gradients of torchvision and PyTorch, in double precision, on the same weights.
@Suite(.serialized) struct ArchitectureTests {
  /// The convolutional networks; the others have suites of their own.
  static let names = [
    "resnet18", "resnet34", "resnet50", "alexnet", "vgg16", "squeezenet", "mnasnet", "c2f2", "lenet", "small-conv",
    "small-conv-plain",
  ]

  @Test(arguments: names)
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
    let seed = Hashed.tensor("seed", [golden.batch, golden.embedding])
    let leaf = Variable(leaf: images)
    let output = try network(leaf)
    let error = relativeError(output.value.scalars, golden.output)
    #expect(error < 1e-4, "output of \(name)")
    #expect(try network(images) == output.value, "with and without gradient: the same bits")
    let gradient = try output.gradient(of: leaf, seed: seed)
    let errors = golden.gradients.enumerated().map { $0.element.error(gradient.rows([$0.offset])) }.sorted()
    // A unit that a rectifier or a maximum cuts within rounding has either of two gradients, and no float decides
    // which: PyTorch's own single precision misses two of ResNet-50's sixteen images for that.
    #expect(errors[12] < 1e-4, "input gradients of \(name)")
    #expect(errors[15] < 0.05, "input gradients of \(name)")
    for batch in [1, 3] {
      let rows = Array(0..<batch)
      let leaf = Variable(leaf: images.rows(rows))
      let part = try network(leaf)
      #expect(part.value == output.value.rows(rows), "outputs of a batch of \(batch)")
      #expect(
        try part.gradient(of: leaf, seed: seed.rows(rows)) == gradient.rows(rows), "gradients of a batch of \(batch)")
    }
  }
}
