internal import Synchronization
internal import Tensors

/// A graph compiled for chunks of a fixed number of images: what runs, in which memory, with which weights.
///
/// One chunk runs on one thread; a batch is as many chunks as it needs, the last one filled up with zeros. So the bits of
/// a sample depend on the chunk size alone.
final class Program: Sendable {
  let graph: Graph
  let chunk: Int
  let input: Layout
  let outputs: Int
  let memories: [(buffer: Int, offset: Int, description: MemoryDescription)]
  let weights: [WeightSlot]
  /// How many of `weights`, from the first, the forward steps read.
  let forwardWeights: Int
  let gradients: [GradientSlot]
  let namedGradients: [NamedGradient]
  let norms: [NormSpec]
  let forward: [Segment]
  let backward: [Segment]
  let inputBuffer: Int
  let outputBuffer: Int
  let seedBuffer: Int
  let imageGradientBuffer: Int?
  /// For a forward pass alone, and for one that waits for its gradient.
  let forwardFrames: FramePool
  let fullFrames: FramePool
  /// How many leases there are.
  private let users = Mutex(0)

  init(_ lowering: Lowering) {
    graph = lowering.graph
    chunk = lowering.chunk
    input = lowering.inputLayout
    outputs = lowering.outputCount
    memories = lowering.memories
    weights = lowering.weights
    forwardWeights = lowering.forwardWeights
    gradients = lowering.gradients
    namedGradients = lowering.namedGradients
    norms = lowering.norms
    forward = lowering.forward
    backward = lowering.backward
    inputBuffer = lowering.inputBuffer
    outputBuffer = lowering.outputBuffer
    seedBuffer = lowering.seedBuffer
    imageGradientBuffer = lowering.imageGradientBuffer
    forwardFrames = FramePool(plan: lowering.plan(gradients: false))
    fullFrames = FramePool(plan: lowering.plan(gradients: true))
  }

  /// Within the lock, so that pools are open whenever there is a user.
  func addUser() {
    users.withLock { users in
      users += 1
      if users == 1 { for pool in [forwardFrames, fullFrames] { pool.isOpen = true } }
    }
  }

  func removeUser() {
    users.withLock { users in
      users -= 1
      if users == 0 { for pool in [forwardFrames, fullFrames] { pool.isOpen = false } }
    }
  }

  /// Frees the frames at rest.
  func dropFrames() { for pool in [forwardFrames, fullFrames] { pool.drop() } }

  /// Frames at rest.
  var restingFrames: Int { forwardFrames.count + fullFrames.count }

  func chunks(_ images: Int) -> Int { (images + chunk - 1) / chunk }

  // MARK: Evaluation

  /// [N, C, H, W] → [N, D].
  func evaluate(_ images: Tensor, _ weights: PackedWeights) throws -> Tensor {
    try weights.fill(backward: false)
    return try Tensor(unsafeUninitialized: [images.rows, outputs]) { target in
      let result = Unchecked(target)
      try Workers.forEach(chunks(images.rows)) { index in
        let frame = try forwardFrames.take(self, weights)
        defer { forwardFrames.give(frame) }
        load(images, index, into: frame)
        try run(forward, frame)
        store(frame, outputBuffer, outputs, result.value)
      }
    }
  }

  /// The same bits, and the frames that `gradient` needs.
  func evaluateKeeping(_ images: Tensor, _ weights: PackedWeights) throws -> (Tensor, FrameLoan) {
    try weights.fill(backward: true)
    let loan = try FrameLoan(fullFrames, count: chunks(images.rows), self, weights)
    let result = try Tensor(unsafeUninitialized: [images.rows, outputs]) { target in
      let result = Unchecked(target)
      try Workers.forEach(loan.frames.count) { index in
        let frame = loan.frames[index]
        load(images, index, into: frame)
        try run(forward, frame)
        store(frame, outputBuffer, outputs, result.value)
      }
    }
    return (result, loan)
  }

  /// ∂(Σ seed · output)/∂images.
  func gradient(_ seed: Tensor, _ loan: FrameLoan, images: Shape) throws -> Tensor {
    guard let imageGradientBuffer else { return Tensor(zeros: images) }
    return try Tensor(unsafeUninitialized: images) { target in
      let result = Unchecked(target)
      try Workers.forEach(loan.frames.count) { index in
        let frame = loan.frames[index]
        loadSeed(seed, into: frame)
        try run(backward, frame)
        store(frame, imageGradientBuffer, input.count, result.value)
      }
    }
  }

  // MARK: Pieces

  func run(_ segments: [Segment], _ frame: Frame) throws {
    DNNL.useOneThread()
    for segment in segments { for entry in segment.entries { try entry.step.run(frame) } }
  }

  func load(_ images: Tensor, _ index: Int, into frame: Frame) {
    frame.index = index
    frame.images = min(chunk, images.rows - index * chunk)
    copy(images, frame, to: inputBuffer, input.count)
  }

  func loadSeed(_ seed: Tensor, into frame: Frame) { copy(seed, frame, to: seedBuffer, outputs) }

  private func copy(_ tensor: Tensor, _ frame: Frame, to buffer: Int, _ row: Int) {
    let target = frame.pointer(buffer)
    tensor.withScalars { source in
      guard let base = source.baseAddress else { return }
      target.update(from: base + frame.index * chunk * row, count: frame.images * row)
    }
    (target + frame.images * row).update(repeating: 0, count: (chunk - frame.images) * row)
  }

  func store(_ frame: Frame, _ buffer: Int, _ row: Int, _ target: UnsafeMutableBufferPointer<Float>) {
    guard let base = target.baseAddress else { return }
    (base + frame.index * chunk * row).update(from: frame.pointer(buffer), count: frame.images * row)
  }
}

/// Frames at rest, ready to be used again; none while it is closed, as it is until somebody opens it.
final class FramePool: Sendable {
  let plan: ArenaPlan
  /// Enough for every batch that is likely to come again; 1 GiB at most.
  private let capacity: Int
  private let state = Mutex<(frames: [Frame], isOpen: Bool)>(([], false))

  init(plan: ArenaPlan) {
    self.plan = plan
    capacity = max(2, (1 << 28) / max(plan.count, 1))
  }

  func take(_ program: Program, _ weights: PackedWeights) throws -> Frame {
    let frame = try state.withLock { $0.frames.popLast() } ?? Frame(program, plan)
    frame.lend(weights)
    return frame
  }

  func give(_ frame: Frame) {
    frame.lend(nil)
    state.withLock { if $0.isOpen && $0.frames.count < capacity { $0.frames.append(frame) } }
  }

  var count: Int { state.withLock { $0.frames.count } }

  /// Whether frames that are given back may rest here; closing it frees those that do.
  var isOpen: Bool {
    get { state.withLock { $0.isOpen } }
    set {
      state.withLock {
        $0.isOpen = newValue
        if !newValue { $0.frames = [] }
      }
    }
  }

  func drop() { state.withLock { $0.frames = [] } }
}

/// The frames of one batch between its forward and its backward pass; given back when nobody holds the loan.
final class FrameLoan: @unchecked Sendable {
  let frames: [Frame]
  private let pool: FramePool

  init(_ pool: FramePool, count: Int, _ program: Program, _ weights: PackedWeights) throws {
    self.pool = pool
    frames = try (0..<count).map { _ in try pool.take(program, weights) }
  }

  deinit { for frame in frames { pool.give(frame) } }
}
