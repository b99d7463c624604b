internal import CDNNL
internal import CKernels
internal import Tensors

/// Where the gradient of one layer's weights is added up, in the layout of its primitive.
struct GradientSlot: Sendable {
  let node: Int
  /// The norm whose scale is folded into the weights.
  let norm: Int?
  let description: MemoryDescription
  let plain: MemoryDescription
  /// 0 without a bias.
  let biasCount: Int
}

/// Where a layer that is no primitive adds up what its parameters' gradients are made of.
struct NamedGradient: Sendable {
  /// Floats of the sum, which begins at zero.
  let count: Int
  /// Makes ∂/∂(parameter) by name of the sum over the whole batch.
  let finish: @Sendable (_ sum: UnsafeBufferPointer<Float>, _ parameters: Parameters) throws -> [String: Tensor]
}

/// The gradients of all weights, summed over one group of chunks in their order.
final class GradientSums: @unchecked Sendable {
  private let slots: [GradientSlot]
  private let named: [(gradient: NamedGradient, pointer: UnsafeMutablePointer<Float>)]
  private let pointers: [UnsafeMutablePointer<Float>]
  private let weightMemories: [MemoryObject]
  private let biasMemories: [MemoryObject]
  private var begun: [Bool]

  init(_ slots: [GradientSlot], _ namedGradients: [NamedGradient]) throws {
    self.slots = slots
    named = namedGradients.map { gradient in
      let raw = UnsafeMutableRawPointer.allocate(byteCount: max(gradient.count, 16) * 4, alignment: 64)
      let pointer = raw.bindMemory(to: Float.self, capacity: gradient.count)
      pointer.update(repeating: 0, count: gradient.count)
      return (gradient, pointer)
    }
    var pointers: [UnsafeMutablePointer<Float>] = []
    var (weights, biases): ([MemoryObject], [MemoryObject]) = ([], [])
    for slot in slots {
      // Weights, then biases from the next cache line on.
      let size = GradientSums.biasOffset(slot) + max(slot.biasCount, 16)
      let raw = UnsafeMutableRawPointer.allocate(byteCount: size * 4, alignment: 64)
      let pointer = raw.bindMemory(to: Float.self, capacity: size)
      pointers.append(pointer)
      weights.append(try MemoryObject(slot.description, at: pointer))
      biases.append(try MemoryObject(.plain([max(slot.biasCount, 1)]), at: pointer + GradientSums.biasOffset(slot)))
    }
    self.pointers = pointers
    weightMemories = weights
    biasMemories = biases
    begun = Array(repeating: false, count: slots.count)
  }

  deinit {
    for pointer in pointers + named.map(\.pointer) { UnsafeMutableRawPointer(pointer).deallocate() }
  }

  private static func biasOffset(_ slot: GradientSlot) -> Int { (slot.description.count + 15) / 16 * 16 }

  func reset() {
    begun = Array(repeating: false, count: slots.count)
    for item in named { item.pointer.update(repeating: 0, count: item.gradient.count) }
  }

  /// Where a chunk adds its part of a named gradient.
  func sum(_ named: Int) -> UnsafeMutablePointer<Float> { self.named[named].pointer }

  /// Whether the caller is the first to write to a slot.
  func begin(_ slot: Int) -> Bool {
    defer { begun[slot] = true }
    return !begun[slot]
  }

  func weightMemory(_ slot: Int) -> dnnl_memory_t { weightMemories[slot].handle }
  func biasMemory(_ slot: Int) -> dnnl_memory_t { biasMemories[slot].handle }
  private func weightPointer(_ slot: Int) -> UnsafeMutablePointer<Float> { pointers[slot] }
  private func biasPointer(_ slot: Int) -> UnsafeMutablePointer<Float> {
    pointers[slot] + GradientSums.biasOffset(slots[slot])
  }

  func add(_ slot: Int, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?) {
    gk_axpy(1, weights, pointers[slot], slots[slot].description.count)
    if let bias { gk_axpy(1, bias, biasPointer(slot), slots[slot].biasCount) }
  }

  /// Adds the other groups to the first, in order, and gives ∂/∂(parameter) by name.
  ///
  /// Where a norm is folded in, W' = W s and b' = (b − μ) s + β with s = γ / √(σ² + ε): so ∂W = s ∂W', ∂b = s ∂b',
  /// ∂β = ∂b' and ∂γ = (Σ ∂W' W + ∂b' (b − μ)) / √(σ² + ε).
  static func gradients(_ groups: [GradientSums], _ graph: Graph, _ parameters: Parameters) throws -> [String: Tensor] {
    guard let total = groups.first else { return [:] }
    let count = total.slots.count + total.named.count
    let parts = Unchecked(UnsafeMutablePointer<[String: Tensor]>.allocate(capacity: count))
    parts.value.initialize(repeating: [:], count: count)
    defer {
      parts.value.deinitialize(count: count)
      parts.value.deallocate()
    }
    try Workers.forEach(count) { index in
      DNNL.useOneThread()
      guard index < total.slots.count else {
        let place = index - total.slots.count
        let (gradient, pointer) = total.named[place]
        for group in groups.dropFirst() { gk_axpy(1, group.named[place].pointer, pointer, gradient.count) }
        parts.value[index] = try gradient.finish(
          UnsafeBufferPointer(start: pointer, count: gradient.count), parameters)
        return
      }
      for group in groups.dropFirst() {
        total.add(
          index, weights: group.weightPointer(index),
          bias: total.slots[index].biasCount > 0 ? group.biasPointer(index) : nil)
      }
      parts.value[index] = try total.gradients(index, graph, parameters)
    }
    var result: [String: Tensor] = [:]
    for index in 0..<count { result.merge(parts.value[index]) { $1 } }
    return result
  }

  private func gradients(_ index: Int, _ graph: Graph, _ parameters: Parameters) throws -> [String: Tensor] {
    let slot = slots[index]
    let node = graph.nodes[slot.node]
    let (weightName, biasName) = (node.weightName, node.parameter("bias"))
    let weight = parameters[weightName]
    var gradient = try Tensor(unsafeUninitialized: weight.shape) { target in
      try Reorder.run(slot.plain, target.baseAddress!, from: slot.description, weightPointer(index))
    }
    let hasBias = parameters.contains(biasName)
    let bias = biasPointer(index)
    guard let norm = slot.norm, let folding = Folding(norm, graph, parameters) else {
      guard slot.biasCount > 0 else { return [weightName: gradient] }
      return [
        weightName: gradient,
        biasName: Tensor(Array(UnsafeBufferPointer(start: bias, count: slot.biasCount)), [slot.biasCount]),
      ]
    }
    let row = weight.shape.rowCount
    let outputs = weight.rows
    var (gamma, beta) = ([Float](repeating: 0, count: outputs), [Float](repeating: 0, count: outputs))
    var biasGradient = gamma
    let given = hasBias ? parameters[biasName].scalars : [Float](repeating: 0, count: outputs)
    gradient.withMutableScalars { g in
      weight.withScalars { w in
        for o in 0..<outputs {
          let dot = gk_dot(g.baseAddress! + o * row, w.baseAddress! + o * row, row)
          gamma[o] = Float((dot + Double(bias[o]) * (Double(given[o]) - folding.means[o])) * folding.inverses[o])
          beta[o] = bias[o]
          biasGradient[o] = Float(Double(bias[o]) * folding.scales[o])
          let scale = Float(folding.scales[o])
          for i in o * row..<(o + 1) * row { g[i] *= scale }
        }
      }
    }
    let normNode = graph.nodes[norm]
    var result = [
      weightName: gradient, normNode.parameter("weight"): Tensor(gamma, [outputs]),
      normNode.parameter("bias"): Tensor(beta, [outputs]),
    ]
    if hasBias { result[biasName] = Tensor(biasGradient, [outputs]) }
    return result
  }
}

extension Reorder {
  /// The other way round: into `to`, laid out as `target`.
  fileprivate static func run(
    _ target: MemoryDescription, _ to: UnsafeMutablePointer<Float>, from source: MemoryDescription,
    _ pointer: UnsafeMutablePointer<Float>
  ) throws {
    try run(source, UnsafeMutableRawPointer(pointer), target, UnsafeMutableRawPointer(to))
  }
}
