internal import CDNNL
internal import Synchronization
internal import Tensors

/// The weights of a program, in the layouts that its primitives read. Filled when first needed.
///
/// Unchecked: `parameters` changes only in `replace`, which its one owner calls while nobody else holds the object.
final class PackedWeights: @unchecked Sendable {
  private struct Entry: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    let memory: MemoryObject
  }

  private let program: Program
  private var parameters: Parameters
  private let entries: [Entry]
  private let filled = Mutex((forward: false, backward: false))

  init(_ program: Program, _ parameters: Parameters) throws {
    self.program = program
    self.parameters = parameters
    entries = try program.weights.map { slot in
      let size = slot.description.byteCount
      let pointer = UnsafeMutableRawPointer.allocate(byteCount: max(size, 64), alignment: 64)
      return Entry(pointer: pointer, memory: try MemoryObject(slot.description, at: pointer))
    }
  }

  deinit { for entry in entries { entry.pointer.deallocate() } }

  /// Other values of the same parameters. Only for the sole owner of the object.
  func replace(_ parameters: Parameters) {
    self.parameters = parameters
    filled.withLock { $0 = (false, false) }
  }

  func pointer(_ slot: Int) -> UnsafeMutablePointer<Float> {
    entries[slot].pointer.assumingMemoryBound(to: Float.self)
  }

  func memory(_ slot: Int) -> dnnl_memory_t { entries[slot].memory.handle }

  /// Packs what the forward steps, and with `backward` also what the others read.
  func fill(backward: Bool) throws {
    try filled.withLock { filled in
      if !filled.forward {
        try pack(0..<program.forwardWeights)
        filled.forward = true
      }
      if backward && !filled.backward {
        try pack(program.forwardWeights..<entries.count)
        filled.backward = true
      }
    }
  }

  private func pack(_ slots: Range<Int>) throws {
    try Workers.forEach(slots.count) { index in
      DNNL.useOneThread()
      let place = slots.lowerBound + index
      let slot = program.weights[place]
      let target = pointer(place)
      guard let plain = slot.plain else {
        target.update(repeating: 0, count: slot.description.count)
        return slot.source.write(target, program.graph, parameters)
      }
      if case .weight(let node, nil) = slot.source {
        // As the parameters have it: nothing to compute before the change of layout.
        return try parameters[program.graph.nodes[node].weightName].withScalars { weight in
          try Reorder.run(
            plain, UnsafeMutableRawPointer(mutating: weight.baseAddress!), slot.description,
            UnsafeMutableRawPointer(target))
        }
      }
      let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(plain.byteCount, 64), alignment: 64)
      defer { scratch.deallocate() }
      slot.source.write(scratch.assumingMemoryBound(to: Float.self), program.graph, parameters)
      try Reorder.run(plain, scratch, slot.description, UnsafeMutableRawPointer(target))
    }
  }
}

/// A change of layout outside of a program.
enum Reorder {
  static func run(
    _ source: MemoryDescription, _ from: UnsafeMutableRawPointer, _ target: MemoryDescription,
    _ to: UnsafeMutableRawPointer
  ) throws {
    let primitive = try Primitive(reorder: source, to: target, layer: "weights")
    let (x, y) = (try MemoryObject(source, at: from), try MemoryObject(target, at: to))
    let size = primitive.scratchpad?.byteCount ?? 0
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(size, 64), alignment: 64)
    defer { scratch.deallocate() }
    var arguments = [
      dnnl_exec_arg_t(arg: DNNL_ARG_FROM, memory: x.handle), dnnl_exec_arg_t(arg: DNNL_ARG_TO, memory: y.handle),
    ]
    let pad = try primitive.scratchpad.map { try MemoryObject($0, at: scratch) }
    if let pad { arguments.append(dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: pad.handle)) }
    let stream = try Stream()
    try DNNL.check(
      dnnl_primitive_execute(primitive.handle, stream.handle, Int32(arguments.count), arguments), "weights")
  }
}
