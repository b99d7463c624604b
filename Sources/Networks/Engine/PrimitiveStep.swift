internal import CDNNL

/// What a primitive works on.
enum Operand: Sendable {
  /// Memory of the arena, by its place in `Program.memories`.
  case memory(Int)
  /// Packed weights, by their slot.
  case weights(Int)
}

/// Runs a oneDNN primitive.
struct PrimitiveStep: Step {
  let primitive: Primitive
  let operands: [(argument: Int32, operand: Operand)]
  let reads: [Int]
  let writes: [Int]

  func run(_ frame: Frame) throws {
    try frame.execute(primitive, operands.map { dnnl_exec_arg_t(arg: $0.argument, memory: memory($0.operand, frame)) })
  }

  private func memory(_ operand: Operand, _ frame: Frame) -> dnnl_memory_t {
    switch operand {
    case .memory(let index): frame.memory(index)
    case .weights(let slot): frame.weights.memory(slot)
    }
  }
}

/// Runs the primitive that computes gradients of weights, and adds them up over the chunks of a group.
struct WeightGradientStep: Step {
  let primitive: Primitive
  let operands: [(argument: Int32, operand: Operand)]
  /// Where the group adds up.
  let slot: Int
  let hasBias: Bool
  /// Where later chunks of the group put theirs before it is added.
  let weightBuffer: Int
  let weightMemory: Int
  let biasBuffer: Int
  let biasMemory: Int
  let reads: [Int]
  var writes: [Int] { [weightBuffer, biasBuffer] }

  func run(_ frame: Frame) throws {
    guard let sums = frame.gradients else { preconditionFailure("gradients of weights outside of training") }
    let isFirst = sums.begin(slot)
    var arguments = operands.map { item -> dnnl_exec_arg_t in
      switch item.operand {
      case .memory(let index): dnnl_exec_arg_t(arg: item.argument, memory: frame.memory(index))
      case .weights(let slot): dnnl_exec_arg_t(arg: item.argument, memory: frame.weights.memory(slot))
      }
    }
    arguments.append(
      dnnl_exec_arg_t(
        arg: DNNL_ARG_DIFF_WEIGHTS, memory: isFirst ? sums.weightMemory(slot) : frame.memory(weightMemory)))
    if hasBias {
      arguments.append(
        dnnl_exec_arg_t(arg: DNNL_ARG_DIFF_BIAS, memory: isFirst ? sums.biasMemory(slot) : frame.memory(biasMemory)))
    }
    try frame.execute(primitive, arguments)
    if !isFirst {
      sums.add(slot, weights: frame.pointer(weightBuffer), bias: hasBias ? frame.pointer(biasBuffer) : nil)
    }
  }
}
