import GauntletKit
import Gradients
import Networks
import Tensors

extension Work {
  static let networks: [Work] =
    resNet18(side: 224, batch: 16) + resNet18(side: 64, batch: 112)
    + [
      forward("vit-b16 forward", "vit-base-16", 224, 8, 768), pgd("vit-b16 pgd", "vit-base-16", 224, 8, 768),
      forward("lipsim-small forward", "sll-small", 224, 4, 1792), pgd("lipsim-small pgd", "sll-small", 224, 4, 1792),
      pgd("c2f2-28 pgd", "c2f2", 28, 256, 512, channels: 1),
      pgd("resnet18-224 bf16 pgd", "resnet18", 224, 16, 512, .bfloat16),
      pgd("vit-b16 bf16 pgd", "vit-base-16", 224, 8, 768, .bfloat16),
    ]

  private static func resNet18(side: Int, batch: Int) -> [Work] {
    [
      forward("resnet18-\(side) forward", "resnet18", side, batch, 512),
      pgd("resnet18-\(side) pgd", "resnet18", side, batch, 512),
      train("resnet18-\(side) train", "resnet18", side, batch, 512),
    ]
  }

  /// Batch to embeddings, without gradients.
  private static func forward(
    _ name: String, _ architecture: String, _ side: Int, _ batch: Int, _ embedding: Int
  ) -> Work {
    Work(name: name, peers: layouts) {
      let subject = try Subject(architecture, side, batch, embedding)
      let network = try subject.network(.float32)
      return { _ = try network(subject.images) }
    }
  }

  /// Forward pass, gradient of Σ embedding² with respect to the images, step of 1/255 and projection.
  private static func pgd(
    _ name: String, _ architecture: String, _ side: Int, _ batch: Int, _ embedding: Int,
    _ precision: Precision = .float32, channels: Int = 3
  ) -> Work {
    Work(name: name, peers: layouts) {
      let subject = try Subject(architecture, side, batch, embedding, channels: channels)
      let objective = Objective(network: try subject.network(precision))
      let search = ProjectedGradientDescent(steps: 1, stepSize: 1 / 255)
      let samples = Array(0..<batch)
      let seeds = SampleSeeds(seed: 1, attack: "pgd", ids: samples)
      return {
        _ = try search.run(
          objective, from: subject.images, samples: samples,
          within: ThreatModel(norm: .linf, epsilon: 1 / 255), seeds: seeds)
      }
    }
  }

  /// Forward pass on the batch's statistics, gradients of all parameters of Σ embedding², and a step of Adam.
  private static func train(
    _ name: String, _ architecture: String, _ side: Int, _ batch: Int, _ embedding: Int
  ) -> Work {
    Work(name: name, peers: layouts) {
      let subject = try Subject(architecture, side, batch, embedding)
      let network = try TrainableNetwork(
        graph: subject.graph, parameters: subject.parameters, channels: 3, height: side, width: side)
      let trainer = Trainer(network: network)
      return { try trainer.step(subject.images) }
    }
  }

  private final class Trainer {
    let network: TrainableNetwork
    var optimizer = Adam(learningRate: 1e-3)

    init(network: TrainableNetwork) { self.network = network }

    func step(_ images: Tensor) throws {
      let embeddings = try network.train(Variable(constant: images), batchNorm: .batchStatistics)
      network.zeroGradients()
      _ = try embeddings.gradients(of: [], seed: embeddings.value * 2)
      try network.step(&optimizer)
    }
  }

  /// Weights as they begin, and images.
  private struct Subject {
    let graph: Graph
    let parameters: Parameters
    let images: Tensor

    init(_ architecture: String, _ side: Int, _ batch: Int, _ embedding: Int, channels: Int = 3) throws {
      graph = try Architectures.named(
        architecture, embedding: embedding, normalization: .none,
        input: ImageExtent(channels: channels, height: side, width: side))
      parameters = Parameters(initializing: graph, seed: 1)
      var stream = RandomStream(seed: 1, ["images"])
      images = Tensor(uniform: [batch, channels, side, side], in: 0...1, using: &stream)
    }

    func network(_ precision: Precision) throws -> Network {
      try Network(
        graph: graph, parameters: parameters, channels: images.shape[1], height: images.shape[2],
        width: images.shape[3], precision: precision)
    }
  }

  /// Σ embedding² of each image.
  private struct Objective: GauntletKit.Objective {
    let network: Network
    var measures: [Measure] {
      [Measure("energy", adversaryWants: .lower, definition: "the squared length of the embedding")]
    }
    func targets(of sample: Int) -> [Int] { [] }
    func loss(at images: Variable, samples: [Int]) throws -> Variable {
      let embeddings = try network(images)
      return (embeddings * embeddings).rowSums()
    }
    func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] { [] }
  }
}
