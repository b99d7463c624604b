internal import CDNNL

/// The memory of one chunk while it runs: an arena, oneDNN's view of it, and what the chunk shares with others.
final class Frame: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Float>
  private let plan: ArenaPlan
  private var memories: [MemoryObject?]
  private let stream: Stream

  private var packed: PackedWeights?
  /// How many images of the chunk are real; the others are zeros.
  var images = 0
  /// Which chunk of the batch it holds.
  var index = 0
  // Training only.
  unowned(unsafe) var run: TrainingRun?
  unowned(unsafe) var gradients: GradientSums?

  init(_ program: Program, _ plan: ArenaPlan) throws {
    self.plan = plan
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(plan.count, 1) * 4, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: max(plan.count, 1))
    // Never garbage: the padding of blocks must be finite even where no step writes it.
    base.update(repeating: 0, count: plan.count)
    memories = []
    stream = try Stream()
    memories = try program.memories.map { memory in
      let offset = plan.offsets[memory.buffer]
      return offset < 0 ? nil : try MemoryObject(memory.description, at: base + offset + memory.offset)
    }
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  /// What it works with from here on, or nil at rest.
  func lend(_ weights: PackedWeights?) {
    packed = weights
    if weights == nil {
      run = nil
      gradients = nil
    }
  }

  var weights: PackedWeights {
    guard let packed else { preconditionFailure("a frame at rest has no weights") }
    return packed
  }

  /// Where gradients of parameters are added up.
  var sums: GradientSums {
    guard let gradients else { preconditionFailure("gradients of parameters outside of training") }
    return gradients
  }

  /// The memory of a buffer of the plan.
  func pointer(_ buffer: Int) -> UnsafeMutablePointer<Float> {
    let offset = plan.offsets[buffer]
    precondition(offset >= 0, "buffer \(buffer) is not in the plan")
    return base + offset
  }

  func bytes(_ buffer: Int) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(pointer(buffer)).assumingMemoryBound(to: UInt8.self)
  }

  func doubles(_ buffer: Int) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(pointer(buffer)).assumingMemoryBound(to: Double.self)
  }

  func memory(_ index: Int) -> dnnl_memory_t {
    guard let memory = memories[index] else { preconditionFailure("memory \(index) is not in the plan") }
    return memory.handle
  }

  func execute(_ primitive: Primitive, _ arguments: [dnnl_exec_arg_t]) throws {
    try DNNL.check(
      dnnl_primitive_execute(primitive.handle, stream.handle, Int32(arguments.count), arguments), primitive.layer)
  }
}
