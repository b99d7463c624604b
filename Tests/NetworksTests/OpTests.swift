import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// Every op against the interpreter in double precision: values, and gradients by central differences.
@Suite struct OpTests {
  static let batch = 3
  static let tolerance = 1e-4

  @Test(arguments: OpCase.all)
  func values(_ item: OpCase) throws {
    let probe = try Probe(item)
    let expected = probe.interpreter(probe.images)
    let error = relativeError(try probe.network(probe.tensor).scalars, expected)
    #expect(error < OpTests.tolerance)
  }

  @Test(arguments: OpCase.all)
  func imageGradients(_ item: OpCase) throws {
    let probe = try Probe(item)
    let leaf = Variable(leaf: probe.tensor)
    let output = try probe.network(leaf)
    #expect(try probe.network(probe.tensor) == output.value)
    let gradient = try output.gradient(of: leaf, seed: probe.seed(output.shape))
    let error = probe.error(gradient, at: "images", probe.interpreter)
    #expect(error < OpTests.tolerance)
  }

  @Test(arguments: OpCase.all, BatchNormMode.allCases)
  func parameterGradients(_ item: OpCase, _ mode: BatchNormMode) throws {
    var probe = try Probe(item)
    probe.interpreter.usesBatchStatistics = mode == .batchStatistics
    let graph = item.graph
    let network = try TrainableNetwork(
      graph: graph, parameters: Hashed.parameters(graph), channels: item.input.channels, height: item.input.height,
      width: item.input.width, chunk: 2)
    let leaf = Variable(leaf: probe.tensor)
    let output = try network.train(leaf, batchNorm: mode)
    let outputError = relativeError(output.value.scalars, probe.interpreter(probe.images))
    #expect(outputError < OpTests.tolerance)
    let gradient = try output.gradient(of: leaf, seed: probe.seed(output.shape))
    let imageError = probe.error(gradient, at: "images", probe.interpreter)
    #expect(imageError < OpTests.tolerance)
    let trainable = graph.parameters.filter(\.isTrainable)
    #expect(Set(network.gradients.keys) == Set(trainable.map(\.name)))
    for spec in trainable {
      let gradient = try #require(network.gradients[spec.name])
      #expect(gradient.shape == spec.shape)
      let error = probe.error(gradient, at: spec.name, probe.interpreter)
      #expect(error < OpTests.tolerance, "\(spec.name)")
    }
  }
}

/// A case with its numbers.
struct Probe {
  let network: Network
  let tensor: Tensor
  let images: Interpreter.Value
  var interpreter: Interpreter

  init(_ item: OpCase) throws {
    let graph = item.graph
    let parameters = try Hashed.parameters(graph)
    let input = item.input
    network = try Network(
      graph: graph, parameters: parameters, channels: input.channels, height: input.height, width: input.width,
      chunk: 2)
    // Centred, so that rectifiers have both sides.
    tensor = Hashed.tensor("images", [OpTests.batch, input.channels, input.height, input.width]).map { $0 - 0.5 }
    var images = Interpreter.Value(OpTests.batch, input.channels, input.height, input.width)
    images.scalars = tensor.scalars.map { Double($0) }
    self.images = images
    interpreter = Interpreter(
      graph: graph, parameters: parameters.dictionary.mapValues { $0.scalars.map { Double($0) } })
  }

  func seed(_ shape: Shape) -> Tensor { Hashed.tensor("seed", shape).map { $0 - 0.5 } }

  private func loss(_ interpreter: Interpreter, _ images: Interpreter.Value) -> Double {
    let output = interpreter(images)
    return zip(output, Hashed.uniform("seed", output.count)).reduce(0) { $0 + $1.0 * Double(Float($1.1) - 0.5) }
  }

  /// The largest difference at some of the scalars, relative to the gradient's largest scalar.
  func error(_ gradient: Tensor, at name: String, _ interpreter: Interpreter) -> Double {
    let scalars = gradient.scalars
    // A gradient that cancels out (a bias in front of batch statistics) is compared on the scale of its terms.
    let scale = Double(scalars.reduce(0.05) { max($0, abs($1)) })
    let count = min(scalars.count, 20)
    var worst = 0.0
    for place in 0..<count {
      let index = count == scalars.count ? place : Int(Hashed.uniform(name, count)[place] * Double(scalars.count))
      let step = 1e-5
      func moved(_ by: Double) -> Double {
        var (interpreter, images) = (interpreter, images)
        if name == "images" { images.scalars[index] += by } else { interpreter.parameters[name]![index] += by }
        return loss(interpreter, images)
      }
      let slope = (moved(step) - moved(-step)) / (2 * step)
      worst = max(worst, abs(slope - Double(scalars[index])) / scale)
    }
    return worst
  }
}
