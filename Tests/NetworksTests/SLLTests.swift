import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// The 1-Lipschitz blocks on worked numbers, and at their edges.
@Suite struct SLLTests {
  private func run(_ op: Op, _ parameters: [String: Tensor], _ images: Tensor) throws -> Tensor {
    var graph = Graph()
    var x = Graph.Value.input
    if case .sllLinear = op { x = graph.append(.flatten, x, name: "rows") }
    x = graph.append(op, x, name: "op")
    graph.append(.flatten, x, name: "flatten")
    let network = try Network(
      graph: graph, parameters: Parameters(graph, tensors: parameters), channels: images.shape[1],
      height: images.shape[2], width: images.shape[3])
    return try network(images)
  }

  @Test func linearBlock() throws {
    // W Wᵀ = [[5, 2], [2, 2]]; sums 5 + 2 · 2 = 9 and 2 + 2 / 2 = 3.
    let parameters = [
      "op.weight": Tensor([1, 0, 2, 0, -1, 1], [2, 3]), "op.bias": Tensor([0.5, -0.25], [1, 2]),
      "op.q": Tensor([0, 0.693_147_2], [2]),
    ]
    let images = Tensor([1, 2, -1, 3, -4, 1], [2, 3, 1, 1])
    let expected = [1, 2, -1, 1.777_777_777_8, -0.833_333_333_3, -4.611_111_111_1]
    let y = try run(.sllLinear(features: 3, inner: 2), parameters, images)
    #expect(relativeError(y.scalars, expected) < 1e-6)
  }

  @Test func convolutionBlock() throws {
    // Sums of absolute correlations 48 and 16.
    let parameters = [
      "op.kernel": Tensor([0, 1, 0, 1, -2, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, -1], [2, 1, 3, 3]),
      "op.bias": Tensor([0.1, 0], [1, 2, 1, 1]), "op.q": Tensor([0, 3], [2]),
    ]
    let images = Tensor((0..<16).map { Float($0) / 10 }, [1, 1, 4, 4])
    let expected = [
      0, 0.05, 0.1375, 0.275, 0.3375, 0.408_333_333_3, 0.441_666_666_7, 0.641_666_666_7, 0.679_166_666_7,
      0.729_166_666_7, 0.825, 1.075, 1.116_666_666_7, 1.258_333_333_3, 1.3625, 1.408_333_333_3,
    ]
    let y = try run(.sllConvolution(channels: 1, inner: 2), parameters, images)
    #expect(relativeError(y.scalars, expected) < 1e-6)
  }

  @Test func zeroFiltersDoNothing() throws {
    let images = Hashed.tensor("images", [2, 3, 4, 5])
    let convolution = try run(
      .sllConvolution(channels: 3, inner: 5),
      [
        "op.kernel": Tensor(zeros: [5, 3, 3, 3]), "op.bias": Tensor(repeating: 1, [1, 5, 1, 1]),
        "op.q": Tensor(zeros: [5]),
      ], images)
    #expect(convolution.scalars == images.scalars)
    let linear = try run(
      .sllLinear(features: 60, inner: 3),
      [
        "op.weight": Tensor(zeros: [3, 60]), "op.bias": Tensor(repeating: 1, [1, 3]), "op.q": Tensor(zeros: [3]),
      ], images)
    #expect(linear.scalars == images.scalars)
  }

  @Test func poolingsKeepLengths() throws {
    var graph = Graph()
    let x = graph.append(
      .averagePool(size: Extent(4), stride: Extent(4), padding: Extent(0), countsPadding: true, divisor: 4), .input,
      name: "pool")
    graph.append(.flatten, x, name: "flatten")
    let input = ImageExtent(channels: 1, height: 4, width: 4)
    let network = try Network(
      graph: graph, parameters: Parameters(graph, tensors: [:]), channels: 1, height: 4, width: 4)
    #expect(try network(Tensor(repeating: 1, [1, 1, 4, 4])).scalars == [4])
    #expect(try graph.lipschitzBound(Parameters(graph, tensors: [:]), input: input).constant == 1)
  }

  @Test(arguments: [
    (SLLNetwork.small, 63_276_796), (.medium, 240_967_060), (.large, 361_511_160), (.xlarge, 722_974_540),
  ])
  func sizesHaveTheirParameters(network: SLLNetwork, count: Int) {
    let input = ImageExtent(channels: 3, height: 224, width: 224)
    let specs = network.graph(embedding: 1792, normalization: .none, input: input).parameters
    #expect(specs.reduce(0) { $0 + $1.shape.count } == count)
    #expect(specs.count == 3 * (network.depth + network.linearDepth))
    #expect(specs[0].name == "convs.0.kernel" && specs[specs.count - 1].name == "linear.\(network.linearDepth).q")
  }
}
