internal import CDNNL
internal import Tensors

/// One value while a graph is lowered: where a chunk's part of it lies.
struct Activation {
  /// Its number among the values that gradients flow through.
  let id: Int
  let layout: Layout
  let buffer: Int
  /// Whether it was rectified as it was written, so that its gradient is zero where it is zero.
  var isRectified = false
  /// Whether no parameter has touched it yet: its gradient then matters to the images alone.
  var isOnlyImages = false
}

/// What a program is for.
package enum Purpose: Hashable, Sendable {
  /// Evaluation, with the images' gradient.
  case evaluation
  /// With gradients of the parameters too.
  case training(BatchNormMode)
}

/// Turns a graph into the steps of a program. The methods by kind of node are in `Lowering+….swift`.
final class Lowering {
  let graph: Graph
  let chunk: Int
  let purpose: Purpose
  let precision: Precision
  let inputLayout: Layout
  let outputCount: Int
  /// Of the input and every node's value, for one image.
  let shapes: [Shape]

  // What the program is made of.
  private(set) var sizes: [Int] = []
  private(set) var memories: [(buffer: Int, offset: Int, description: MemoryDescription)] = []
  private(set) var weights: [WeightSlot] = []
  private(set) var forwardWeights = 0
  private(set) var gradients: [GradientSlot] = []
  private(set) var namedGradients: [NamedGradient] = []
  private(set) var norms: [NormSpec] = []
  private(set) var forward: [Segment] = [Segment()]
  private(set) var backward: [Segment] = [Segment()]
  private(set) var inputBuffer = 0
  private(set) var outputBuffer = 0
  private(set) var seedBuffer = 0
  private(set) var imageGradientBuffer: Int?

  // What is known on the way.
  private var isBackward = false
  private var isOnlyForImages = false
  private var activations: [Int: Activation] = [:]
  private var consumers: [Int]
  private var activationCount = 0
  private var contributions: [Int: [Int]] = [:]
  private var tape: [(output: Activation, emit: (Int) throws -> Void)] = []

  var isTraining: Bool { purpose != .evaluation }
  var usesBatchStatistics: Bool { purpose == .training(.batchStatistics) }

  init(_ graph: Graph, input: ImageExtent, chunk: Int, purpose: Purpose, precision: Precision = .float32) throws {
    self.graph = graph
    self.chunk = chunk
    self.purpose = purpose
    self.precision = precision
    inputLayout = Layout(channels: input.channels, height: input.height, width: input.width, lanes: 1)
    shapes = try graph.shapes(for: [1, input.channels, input.height, input.width])
    let output = shapes[graph.nodes.count]
    guard output.rank == 2 else {
      throw NetworkError.badInput(
        layer: graph.nodes.last?.name ?? "graph", got: [output], expected: "a graph that ends in one row an image")
    }
    outputCount = output[1]
    consumers = [Int](repeating: 0, count: graph.nodes.count + 1)
    for node in graph.nodes { for value in node.inputs { consumers[value.index] += 1 } }
    DNNL.useOneThread()
    try lowerForward()
    try lowerBackward()
  }

  private func lowerForward() throws {
    let input = newActivation(inputLayout, isOnlyImages: true)
    inputBuffer = input.buffer
    activations[0] = input
    for unit in Unit.all(of: graph) { activations[unit.output] = try lower(unit) }
    guard let output = activations[graph.nodes.count] else { preconditionFailure("a graph without an output") }
    outputBuffer = try plain(output).buffer
    forwardWeights = weights.count
  }

  private func lowerBackward() throws {
    isBackward = true
    guard let output = activations[graph.nodes.count], let input = activations[0] else { return }
    seedBuffer = newBuffer(output.layout.count * chunk)
    contributions[output.id] = [seedBuffer]
    for (output, emit) in tape.reversed() {
      isOnlyForImages = false
      guard let gradient = gathered(output) else { continue }
      try emit(gradient)
    }
    isOnlyForImages = true
    imageGradientBuffer = gathered(input)
  }

  /// The whole gradient of a value, its contributions added and its rectifier applied.
  private func gathered(_ value: Activation) -> Int? {
    guard var parts = contributions.removeValue(forKey: value.id), !parts.isEmpty else { return nil }
    let count = value.layout.count * chunk
    isOnlyForImages = value.isOnlyImages
    defer { isOnlyForImages = false }
    while parts.count > 1 || value.isRectified {
      let isLast = parts.count <= 2
      let target = newBuffer(count)
      emit(
        SumStep(
          first: parts[0], second: parts.count > 1 ? parts[1] : nil,
          mask: isLast && value.isRectified ? value.buffer : nil, target: target, count: count))
      parts.replaceSubrange(0..<min(2, parts.count), with: [target])
      if isLast { break }
    }
    return parts[0]
  }

  // MARK: Building blocks

  func newBuffer(_ count: Int) -> Int {
    sizes.append(count)
    return sizes.count - 1
  }

  func newActivation(_ layout: Layout, buffer: Int? = nil, isRectified: Bool = false, isOnlyImages: Bool = false)
    -> Activation
  {
    activationCount += 1
    return Activation(
      id: activationCount - 1, layout: layout, buffer: buffer ?? newBuffer(layout.storage(images: chunk)),
      isRectified: isRectified, isOnlyImages: isOnlyImages)
  }

  /// oneDNN's view of a buffer.
  func memory(_ buffer: Int, _ description: MemoryDescription, offset: Int = 0) -> Int {
    memories.append((buffer, offset, description))
    return memories.count - 1
  }

  func emit(_ step: any Step) {
    let entry = Segment.Entry(step: step, isOnlyForImages: isOnlyForImages)
    if isBackward {
      backward[backward.count - 1].entries.append(entry)
    } else {
      forward[forward.count - 1].entries.append(entry)
    }
  }

  /// Ends the segment: every chunk arrives here before any goes on.
  func emit(_ barrier: any Barrier) {
    if isBackward {
      backward[backward.count - 1].barrier = barrier
      backward.append(Segment())
    } else {
      forward[forward.count - 1].barrier = barrier
      forward.append(Segment())
    }
  }

  func emit(
    _ primitive: Primitive, _ operands: [(argument: Int32, operand: Operand)], reads: [Int], writes: [Int]
  ) throws {
    var (operands, writes) = (operands, writes)
    if let scratchpad = primitive.scratchpad {
      let buffer = newBuffer(scratchpad.count)
      operands.append((DNNL_ARG_SCRATCHPAD, .memory(memory(buffer, scratchpad))))
      writes.append(buffer)
    }
    emit(PrimitiveStep(primitive: primitive, operands: operands, reads: reads, writes: writes))
  }

  func weightSlot(_ source: WeightSlot.Source, _ description: MemoryDescription, plain: MemoryDescription? = nil)
    -> Int
  {
    weights.append(
      WeightSlot(
        source: source, description: description,
        plain: plain.flatMap { $0 == description ? nil : $0 }))
    return weights.count - 1
  }

  func gradientSlot(_ slot: GradientSlot) -> Int {
    gradients.append(slot)
    return gradients.count - 1
  }

  func namedGradient(_ gradient: NamedGradient) -> Int {
    namedGradients.append(gradient)
    return namedGradients.count - 1
  }

  func normSpec(_ spec: NormSpec) -> Int {
    norms.append(spec)
    return norms.count - 1
  }

  func activation(_ value: Graph.Value) -> Activation {
    guard let activation = activations[value.index] else {
      preconditionFailure("value \(value.index) is read before it is computed")
    }
    return activation
  }

  func activation(_ value: Int) -> Activation { activation(Graph.Value(index: value)) }

  /// How many nodes read a value.
  func readers(_ value: Int) -> Int { consumers[value] }

  /// Says how the gradient of `output` becomes that of what it was made of.
  func record(_ output: Activation, _ emit: @escaping (_ gradient: Int) throws -> Void) {
    tape.append((output, emit))
  }

  /// Runs `body`, which computes a gradient of `value`, and keeps the buffer that it gives.
  func contribute(to value: Activation, _ body: () throws -> Int) rethrows {
    let outer = isOnlyForImages
    isOnlyForImages = value.isOnlyImages
    defer { isOnlyForImages = outer }
    contributions[value.id, default: []].append(try body())
  }

  // MARK: Memory

  /// Where the buffers lie; without gradients only those of the forward steps.
  func plan(gradients: Bool) -> ArenaPlan {
    var lives = [ClosedRange<Int>?](repeating: nil, count: sizes.count)
    func touch(_ buffer: Int, _ time: Int) {
      lives[buffer] = lives[buffer].map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    }
    touch(inputBuffer, 0)
    var time = 1
    for segment in forward + (gradients ? backward : []) {
      for entry in segment.entries {
        for buffer in entry.step.reads + entry.step.writes { touch(buffer, time) }
        time += 1
      }
      // A barrier reads what the last step before it left.
      time += 1
      if segment.barrier != nil, let last = segment.entries.last { for b in last.step.writes { touch(b, time - 1) } }
    }
    touch(outputBuffer, forward.reduce(1) { $0 + $1.entries.count + 1 })
    if gradients {
      touch(seedBuffer, forward.reduce(1) { $0 + $1.entries.count + 1 })
      if let imageGradientBuffer { touch(imageGradientBuffer, time) }
    }
    return ArenaPlan(sizes: sizes, lives: lives)
  }
}
