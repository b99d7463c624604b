internal import Tensors

/// One training step on one batch: its chunks, the statistics they share, and the sums of their gradients.
final class TrainingRun: @unchecked Sendable {
  let program: Program
  let norms: [NormState]
  let images: Int
  /// What the masks of dropout follow from.
  let noise: (seed: UInt64, step: Int)
  private let shape: Shape
  private let loan: FrameLoan
  private let parameters: Parameters
  var frames: [Frame] { loan.frames }

  init(
    _ program: Program, _ weights: PackedWeights, _ parameters: Parameters, images: Tensor,
    noise: (seed: UInt64, step: Int)
  ) throws {
    self.program = program
    self.parameters = parameters
    self.images = images.rows
    self.noise = noise
    shape = images.shape
    norms = program.norms.map { NormState($0, parameters) }
    try weights.fill(backward: true)
    loan = try FrameLoan(program.fullFrames, count: program.chunks(images.rows), program, weights)
    for (index, frame) in loan.frames.enumerated() {
      program.load(images, index, into: frame)
      frame.run = self
    }
  }

  func forward() throws -> Tensor {
    for segment in program.forward {
      try Workers.forEach(frames.count) { try program.run([segment], frames[$0]) }
      segment.barrier?.join(self)
    }
    return Tensor(unsafeUninitialized: [images, program.outputs]) { target in
      for frame in frames { program.store(frame, program.outputBuffer, program.outputs, target) }
    }
  }

  /// ∂(Σ seed · output) with respect to every trainable parameter and, if asked for, the images.
  func backward(_ seed: Tensor, pool: GradientSumsPool, wantsImages: Bool) throws -> ([String: Tensor], Tensor?) {
    for frame in frames { program.loadSeed(seed, into: frame) }
    // As many groups as the batch and the size of the weights allow, never as many as there are workers.
    let size = program.gradients.reduce(1) { $0 + $1.description.count }
    let most = max(2, min(16, (1 << 26) / size))
    let perGroup = max(1, (frames.count + most - 1) / most)
    let count = (frames.count + perGroup - 1) / perGroup
    let groups = try (0..<count).map { _ in try pool.take(program) }
    defer { for group in groups { pool.give(group) } }
    for (index, frame) in frames.enumerated() { frame.gradients = groups[index / perGroup] }
    for segment in program.backward {
      let entries = segment.entries.filter { wantsImages || !$0.isOnlyForImages }
      try Workers.forEach(count) { group in
        DNNL.useOneThread()
        for index in group * perGroup..<min((group + 1) * perGroup, frames.count) {
          for entry in entries { try entry.step.run(frames[index]) }
        }
      }
      segment.barrier?.join(self)
    }
    var gradients = try GradientSums.gradients(groups, program.graph, parameters)
    for norm in norms {
      gradients[norm.spec.name + ".weight"] = norm.gradient(norm.scaleGradient)
      gradients[norm.spec.name + ".bias"] = norm.gradient(norm.shiftGradient)
    }
    guard wantsImages, let buffer = program.imageGradientBuffer else { return (gradients, nil) }
    let image = Tensor(unsafeUninitialized: shape) { target in
      for frame in frames { program.store(frame, buffer, program.input.count, target) }
    }
    return (gradients, image)
  }

  /// The parameters with running statistics moved towards the batch's.
  func updateRunning(_ parameters: inout Parameters) {
    for norm in norms where norm.spec.followsBatch { norm.updateRunning(&parameters) }
  }
}

/// Sums at rest.
final class GradientSumsPool {
  private var sums: [GradientSums] = []

  func take(_ program: Program) throws -> GradientSums {
    guard let last = sums.popLast() else { return try GradientSums(program.gradients, program.namedGradients) }
    last.reset()
    return last
  }

  func give(_ group: GradientSums) { sums.append(group) }
}
