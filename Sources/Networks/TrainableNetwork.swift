public import Gradients
public import Tensors

/// A network whose weights change. It belongs to the thread that trains it.
///
/// A step: `train` the images, make a loss of the result, `backward(from:)` the loss, `step` an optimiser. Gradients are
/// summed in an order fixed by the batch, so training gives the same bits with any number of workers.
public final class TrainableNetwork {
  public let graph: Graph
  public let input: ImageExtent
  public let embeddingDimension: Int
  /// How many images are computed together in evaluation, and in training.
  public let chunk: Int
  public let trainingChunk: Int
  /// The weights as they are now.
  public private(set) var parameters: Parameters
  /// ∂ loss / ∂ parameter by name, summed since `zeroGradients`.
  public private(set) var gradients: [String: Tensor] = [:]
  /// What the masks of dropout are drawn from, and how many training passes have drawn theirs: a checkpoint that goes on
  /// restores it.
  public let seed: UInt64
  public var trainingPasses = 0

  private var leases: [Purpose: ProgramLease] = [:]
  private var packed: [Purpose: PackedWeights] = [:]
  private var isStale: Set<Purpose> = []
  private var sums: [Purpose: GradientSumsPool] = [:]

  /// - Parameters:
  ///   - chunk: images computed together in evaluation; by default what suits the size of the graph.
  ///   - trainingChunk: the same in training; by default three and a half times as many, and twice as many where
  ///     fewer than 16 images fill a chunk.
  /// - Throws: `NetworkError` if the graph does not take such images, or the parameters are not the graph's.
  public init(
    graph: Graph, parameters: Parameters, channels: Int, height: Int, width: Int, chunk: Int? = nil,
    trainingChunk: Int? = nil, seed: UInt64 = 0
  ) throws {
    let input = ImageExtent(channels: channels, height: height, width: width)
    embeddingDimension = try Network.validated(graph, parameters, input)
    self.graph = graph
    self.seed = seed
    self.parameters = parameters
    self.input = input
    self.chunk =
      try chunk
      ?? Network.defaultChunk(work: graph.flops(for: [1, input.channels, input.height, input.width]))
    self.trainingChunk = trainingChunk ?? chunk ?? (self.chunk < 16 ? self.chunk * 2 : self.chunk * 7 / 2)
    precondition(self.chunk > 0 && self.trainingChunk > 0, "a chunk holds at least one image")
  }

  /// The network with the weights of this moment; it shares the compiled program.
  /// - Throws: `NetworkError.notFinite` if training diverged.
  public func frozen() throws -> Network { try Network(sharing: lease(.evaluation), parameters, input) }

  /// Evaluation on the tape with the gradient of the images alone: the inner loop of adversarial training.
  /// - Throws: `NetworkError.wrongImages`.
  public func evaluate(_ images: Variable) throws -> Variable {
    try Network.check(images.shape, input)
    guard images.shape[0] > 0 else { return Variable(constant: Tensor(zeros: [0, embeddingDimension])) }
    let program = try program(.evaluation)
    let weights = try weights(.evaluation)
    guard images.takesGradient else { return Variable(constant: try program.evaluate(images.value, weights)) }
    return try Network.evaluate(images, program, weights)
  }

  /// A training pass: [N, C, H, W] → [N, D]. The result's pullback adds the parameters' gradients to `gradients`, and gives
  /// the images' if they take one. With statistics of the batch, running ones move now.
  ///
  /// The result always takes a gradient, that of the parameters: run the tape with `backward(from:)`, or with any of the
  /// loss's own `gradients(of:)`.
  /// - Throws: `NetworkError.wrongImages`.
  public func train(_ images: Variable, batchNorm: BatchNormMode) throws -> Variable {
    try Network.check(images.shape, input)
    guard images.shape[0] > 0 else { return Variable(constant: Tensor(zeros: [0, embeddingDimension])) }
    let purpose = Purpose.training(batchNorm)
    let weights = try weights(purpose)
    let run = try TrainingRun(
      program(purpose), weights, parameters, images: images.value, noise: (seed, trainingPasses))
    trainingPasses += 1
    let result = try run.forward()
    if batchNorm == .batchStatistics { updateRunning(run) }
    let wantsImages = images.takesGradient
    let anchor = Variable(leaf: Tensor(zeros: [0]))
    return Variable(result, from: [images, anchor]) { seed in
      try withExtendedLifetime(weights) {
        let (gradients, image) = try run.backward(
          seed, pool: self.sums[purpose, default: GradientSumsPool()], wantsImages: wantsImages)
        for (name, gradient) in gradients {
          self.gradients[name] = self.gradients[name].map { $0 + gradient } ?? gradient
        }
        return [image, nil]
      }
    }
  }

  /// Sets `gradients` to those of Σ loss.
  public func backward(from loss: Variable) throws {
    zeroGradients()
    _ = try loss.gradients(of: [])
  }

  public func zeroGradients() { gradients = [:] }

  /// Moves the weights against `gradients`.
  public func step(_ optimizer: inout some Optimizer) throws {
    try optimizer.update(&parameters, gradients: gradients)
    isStale = Set(packed.keys)
  }

  private func updateRunning(_ run: TrainingRun) {
    run.updateRunning(&parameters)
    // The weights of this mode do not hold running statistics.
    isStale.formUnion(packed.keys.filter { $0 != .training(.batchStatistics) })
  }

  private func program(_ purpose: Purpose) throws -> Program { try lease(purpose).program }

  private func lease(_ purpose: Purpose) throws -> ProgramLease {
    if let lease = leases[purpose] { return lease }
    let size = purpose == .evaluation ? chunk : trainingChunk
    let lease = try ProgramCache.shared.lease(
      ProgramCache.Key(graph: graph, input: input, chunk: size, purpose: purpose, precision: .float32))
    leases[purpose] = lease
    sums[purpose] = GradientSumsPool()
    return lease
  }

  /// The packed weights of this moment, in the same memory as the last ones if nobody waits for a gradient there.
  private func weights(_ purpose: Purpose) throws -> PackedWeights {
    guard var weights = packed.removeValue(forKey: purpose) else {
      let made = try PackedWeights(program(purpose), parameters)
      packed[purpose] = made
      return made
    }
    if isStale.remove(purpose) != nil {
      if isKnownUniquelyReferenced(&weights) {
        weights.replace(parameters)
      } else {
        weights = try PackedWeights(program(purpose), parameters)
      }
    }
    packed[purpose] = weights
    return weights
  }
}
