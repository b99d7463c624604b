import Gradients
import Networks
import Tensors
import TestWeights
import Testing

/// Two SGD steps of PyTorch in double precision: outputs, gradients, weights and running statistics.
@Suite struct TrainingTests {
  static let cases = [
    "small-conv/frozen", "small-conv/batchStatistics", "resnet18/frozen", "resnet18/batchStatistics", "c2f2/frozen",
  ]

  @Test(arguments: cases)
  func agreesWithPyTorch(name: String) throws {
    let golden = try #require(try Golden.load("training", as: Golden.Training.self)[name])
    let parts = name.split(separator: "/").map(String.init)
    let mode = try #require(BatchNormMode(rawValue: parts[1]))
    let input = ImageExtent(channels: golden.channels, height: golden.side, width: golden.side)
    let graph = try Architectures.named(parts[0], embedding: golden.embedding, normalization: .none, input: input)
    // Chunks of two: three of them for five images, the last one half empty.
    let network = try TrainableNetwork(
      graph: graph, parameters: Hashed.parameters(graph), channels: golden.channels, height: golden.side,
      width: golden.side, chunk: 2)
    var optimizer = SGD(learningRate: 0.01, momentum: 0.9, weightDecay: 1e-3)
    for (step, expected) in golden.outputs.enumerated() {
      let images = Hashed.tensor("images\(step)", [golden.batch, golden.channels, golden.side, golden.side])
      let leaf = Variable(leaf: images)
      let output = try network.train(leaf, batchNorm: mode)
      let error = relativeError(output.value.scalars, expected)
      #expect(error < 3e-4, "output of step \(step)")
      network.zeroGradients()
      let seed = Hashed.tensor("seed", output.shape).map { $0 / Float(golden.batch) }
      let image = try output.gradient(of: leaf, seed: seed)
      if step == 0 {
        let imageError = golden.image.error(image)
        #expect(imageError < 1e-3, "input gradient")
        for (parameter, samples) in golden.gradients {
          let gradient = try #require(network.gradients[parameter], "\(parameter)")
          let error = samples.error(gradient)
          #expect(error < 1e-3, "gradient of \(parameter)")
        }
        #expect(network.gradients.count == golden.gradients.count)
      }
      try network.step(&optimizer)
    }
    for (parameter, samples) in golden.state {
      let error = samples.error(network.parameters[parameter])
      #expect(error < 3e-4, "state of \(parameter)")
    }
  }
}
