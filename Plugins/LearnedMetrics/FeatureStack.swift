internal import GauntletKit
internal import Gradients
internal import Networks
internal import Synchronization
internal import Tensors

/// The stages of a backbone with their weights, compiled for the sizes of images that come along.
///
/// Every stage is a network of its own and one node on the tape: its features are read, and they go on to the next one.
final class FeatureStack: Sendable {
  private struct Stage {
    let body: Graph
    let graph: Graph
    let parameters: Parameters
  }

  /// The networks for images of one size, and the shapes of their features for one image.
  private struct Compiled {
    let networks: [Network]
    let shapes: [Shape]
  }

  private let stages: [Stage]
  /// What is done to features on their way to the next stage.
  private let pool: (@Sendable (Variable) -> Variable)?
  private let compiled = Mutex<[(extent: ImageExtent, networks: Compiled)]>([])

  /// Sizes that stay compiled.
  private static let capacity = 4

  /// - Throws: `NetworkError` naming parameters that are missing, surplus, misshapen or not finite.
  init(_ bodies: [Graph], tensors: [String: Tensor], pool: (@Sendable (Variable) -> Variable)? = nil) throws {
    let names = bodies.flatMap { $0.parameters.map(\.name) }
    let missing = names.filter { tensors[$0] == nil }
    guard missing.isEmpty else { throw NetworkError.missingParameters(names: missing) }
    let surplus = Set(tensors.keys).subtracting(names).sorted()
    guard surplus.isEmpty else { throw NetworkError.surplusParameters(names: surplus) }
    stages = try bodies.map { body in
      let own = Set(body.parameters.map(\.name))
      return Stage(
        body: body, graph: body.flattened,
        parameters: try Parameters(body.flattened, tensors: tensors.filter { own.contains($0.key) }))
    }
    self.pool = pool
  }

  /// Weights of a seed, as PyTorch would draw them.
  static func randomTensors(_ bodies: [Graph], seed: UInt64) -> [String: Tensor] {
    bodies.reduce(into: [:]) { tensors, body in
      tensors.merge(Parameters(initializing: body, seed: seed).dictionary) { first, _ in first }
    }
  }

  /// The side of the smallest square image that reaches the last stage.
  var minimumSide: Int {
    (1...256).first { (try? shapes(ImageExtent(channels: 3, height: $0, width: $0))) != nil } ?? 256
  }

  /// The shapes of all features of one image: [1, C, H, W].
  /// - Throws: `NetworkError.badInput` for an image that is too small.
  func shapes(_ extent: ImageExtent) throws -> [Shape] {
    var shape: Shape = [1, extent.channels, extent.height, extent.width]
    return try stages.enumerated().map { index, stage in
      if index > 0, pool != nil { shape = [1, shape[1], (shape[2] + 1) / 2, (shape[3] + 1) / 2] }
      shape = try stage.body.outputShape(for: shape)
      return shape
    }
  }

  /// The features of every stage, [N, C, H, W] each, differentiable in the images [N, 3, H, W].
  /// - Throws: `NetworkError`.
  func callAsFunction(_ images: Variable) throws -> [Variable] {
    let shape = images.shape
    let compiled = try compile(ImageExtent(channels: shape[1], height: shape[2], width: shape[3]))
    var x = images
    var features: [Variable] = []
    for (network, shape) in zip(compiled.networks, compiled.shapes) {
      if let pool, let last = features.last { x = pool(last) }
      x = try network(x).reshaped(shape.withRows(images.shape[0]))
      features.append(x)
    }
    return features
  }

  private func compile(_ extent: ImageExtent) throws -> Compiled {
    try compiled.withLock { compiled in
      if let place = compiled.firstIndex(where: { $0.extent == extent }) {
        // The one that was used last stands last.
        compiled.append(compiled.remove(at: place))
      } else {
        compiled.append((extent, try networks(extent)))
        if compiled.count > Self.capacity { compiled.removeFirst() }
      }
      return compiled[compiled.count - 1].networks
    }
  }

  private func networks(_ extent: ImageExtent) throws -> Compiled {
    let shapes = try shapes(extent)
    var inputs = [extent]
    for shape in shapes.dropLast() {
      let (height, width) = pool == nil ? (shape[2], shape[3]) : ((shape[2] + 1) / 2, (shape[3] + 1) / 2)
      inputs.append(ImageExtent(channels: shape[1], height: height, width: width))
    }
    // All stages cut a batch in the same pieces.
    let work = try zip(stages, inputs).reduce(0) { sum, item in
      sum + (try item.0.graph.flops(for: [1, item.1.channels, item.1.height, item.1.width]))
    }
    return Compiled(
      networks: try zip(stages, inputs).map { stage, input in
        try Network(
          graph: stage.graph, parameters: stage.parameters, channels: input.channels, height: input.height,
          width: input.width, chunk: Network.defaultChunk(work: work))
      }, shapes: shapes)
  }
}

extension Graph {
  /// The same with its output as one row an image.
  fileprivate var flattened: Graph {
    var graph = self
    graph.append(.flatten, output, name: "flatten")
    return graph
  }
}
