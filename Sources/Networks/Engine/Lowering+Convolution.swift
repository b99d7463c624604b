internal import CDNNL
internal import CKernels

extension Lowering {
  func lowerConvolution(_ unit: Unit, _ convolution: Convolution) throws -> Activation {
    let node = graph.nodes[unit.head]
    let given = activation(node.inputs[0])
    let x = try converted(given, lanes: convolution.inputLanes(given.layout))
    let layout = convolution.output(of: x.layout, lanes: DNNL.lanes)
    let other = try unit.other.map { try converted(activation($0), lanes: layout.lanes) }
    // With statistics of the batch the norm runs on its own; else it is part of the weights.
    if let norm = unit.norm, usesBatchStatistics, case .batchNorm(_, let epsilon) = graph.nodes[norm].op {
      let y = newActivation(layout)
      if convolution.hasFewPositions(layout) {
        try emitFewPositions(convolution, unit.head, x, y, norm: nil, other: nil, rectifies: false)
      } else {
        try emitConvolution(convolution, unit.head, x, y, norm: nil, sums: false, rectifies: false)
        recordConvolution(convolution, unit.head, x, y, norm: nil, other: nil)
      }
      return lowerBatchNorm(norm, y, other: other, rectifies: unit.rectifies, epsilon: epsilon)
    }
    if convolution.hasFewPositions(layout) {
      let y = newActivation(layout, isRectified: unit.rectifies)
      try emitFewPositions(
        convolution, unit.head, x, y, norm: unit.norm, other: other, rectifies: unit.rectifies)
      return y
    }
    // The sum is added to what its memory holds: the other summand itself if nobody needs that any more, or a copy.
    let y: Activation
    if let other, let value = unit.other, readers(value) == 1, !other.isRectified, other.id == activation(value).id,
      isScratch(value)
    {
      y = newActivation(layout, buffer: other.buffer, isRectified: unit.rectifies)
    } else {
      y = newActivation(layout, isRectified: unit.rectifies)
      if let other {
        emit(SumStep(first: other.buffer, second: nil, mask: nil, target: y.buffer, count: layout.count * chunk))
      }
    }
    try emitConvolution(
      convolution, unit.head, x, y, norm: unit.norm, sums: other != nil, rectifies: unit.rectifies)
    recordConvolution(convolution, unit.head, x, y, norm: unit.norm, other: other)
    return y
  }

  /// Whether a value's memory is a convolution's own: what other nodes give may be shared, or needed by their gradient.
  private func isScratch(_ value: Int) -> Bool {
    guard value > 0 else { return false }
    switch graph.nodes[value - 1].op {
    case .convolution: return true
    case .batchNorm: return !usesBatchStatistics && isConvolution(graph.nodes[value - 1].inputs[0].index)
    default: return false
    }
  }

  private func isConvolution(_ value: Int) -> Bool {
    guard value > 0, case .convolution = graph.nodes[value - 1].op else { return false }
    return readers(value) == 1
  }

  private func emitConvolution(
    _ convolution: Convolution, _ node: Int, _ x: Activation, _ y: Activation, norm: Int?, sums: Bool, rectifies: Bool
  ) throws {
    let hasBias = convolution.hasBias || norm != nil
    let operand = try factor(
      x.buffer, x.layout, isHalf: precision == .bfloat16 && convolution.prefersHalf(y.layout))
    let primitive = try convolution.forward(
      operand.layout, y.layout, images: chunk, bias: hasBias, sums: sums, rectifies: rectifies, isTraining: isTraining)
    guard let packed = primitive.weights else { throw NetworkError.primitive(layer: convolution.name, status: -1) }
    var operands: [(argument: Int32, operand: Operand)] = [
      (DNNL_ARG_SRC, .memory(memory(operand.buffer, try operand.layout.description(images: chunk)))),
      (DNNL_ARG_DST, .memory(memory(y.buffer, try y.layout.description(images: chunk)))),
      (
        DNNL_ARG_WEIGHTS,
        .weights(weightSlot(.weight(node: node, norm: norm), packed, plain: try .plain(convolution.groupedExtents)))
      ),
    ]
    if hasBias {
      operands.append(
        (
          DNNL_ARG_BIAS,
          .weights(weightSlot(.bias(node: node, norm: norm), try .plain([convolution.outputs])))
        ))
    }
    try emit(primitive, operands, reads: sums ? [operand.buffer, y.buffer] : [operand.buffer], writes: [y.buffer])
  }

  private func recordConvolution(
    _ convolution: Convolution, _ node: Int, _ x: Activation, _ y: Activation, norm: Int?, other: Activation?
  ) {
    record(y) { gradient in
      if let other { self.contribute(to: other) { gradient } }
      if self.isTraining {
        let hasBias = convolution.hasBias || norm != nil
        let primitive = try convolution.backwardWeights(x.layout, y.layout, images: self.chunk, bias: hasBias)
        try self.emitWeightGradient(
          primitive, node, norm: norm, plain: try .plain(convolution.groupedExtents),
          biasCount: hasBias ? convolution.outputs : 0,
          source: (x.buffer, try x.layout.description(images: self.chunk)),
          gradient: (gradient, try y.layout.description(images: self.chunk)))
      }
      try self.contribute(to: x) {
        try self.emitConvolutionGradient(convolution, node, x, y.layout, gradient, norm: norm)
      }
    }
  }

  /// What a product reads: a buffer as it is, or rounded to half precision.
  func factor(_ buffer: Int, _ layout: Layout, isHalf: Bool) throws -> (buffer: Int, layout: Layout) {
    guard isHalf else { return (buffer, layout) }
    let half = layout.with(.bfloat16)
    let target = newBuffer(half.storage(images: chunk))
    try emitReorder(buffer, layout, to: target, half)
    return (target, half)
  }

  private func emitConvolutionGradient(
    _ convolution: Convolution, _ node: Int, _ x: Activation, _ layout: Layout, _ gradient: Int, norm: Int?
  ) throws -> Int {
    let target = newBuffer(x.layout.count * chunk)
    if convolution.isStem(x.layout) {
      emitStemGradient(convolution, node, x, layout, gradient, norm: norm, target: target)
      return target
    }
    let isHalf =
      precision == .bfloat16
      && (convolution.canTurn ? convolution.turned.prefersHalf(x.layout) : convolution.prefersHalf(layout))
    let operand = try factor(gradient, layout, isHalf: isHalf)
    let (from, to) = (
      memory(operand.buffer, try operand.layout.description(images: chunk)),
      memory(target, try x.layout.description(images: chunk))
    )
    if convolution.canTurn {
      let turned = convolution.turned
      let primitive = try turned.forward(
        operand.layout, x.layout, images: chunk, bias: false, sums: false, rectifies: false, isTraining: isTraining)
      guard let packed = primitive.weights else { throw NetworkError.primitive(layer: convolution.name, status: -1) }
      let slot = weightSlot(.turned(node: node, norm: norm), packed, plain: try .plain(turned.weightExtents))
      try emit(
        primitive,
        [(DNNL_ARG_SRC, .memory(from)), (DNNL_ARG_DST, .memory(to)), (DNNL_ARG_WEIGHTS, .weights(slot))],
        reads: [operand.buffer], writes: [target])
    } else {
      let primitive = try convolution.backwardData(x.layout, operand.layout, images: chunk)
      guard let packed = primitive.weights else { throw NetworkError.primitive(layer: convolution.name, status: -1) }
      let slot = weightSlot(.weight(node: node, norm: norm), packed, plain: try .plain(convolution.groupedExtents))
      try emit(
        primitive,
        [(DNNL_ARG_DIFF_DST, .memory(from)), (DNNL_ARG_DIFF_SRC, .memory(to)), (DNNL_ARG_WEIGHTS, .weights(slot))],
        reads: [operand.buffer], writes: [target])
    }
    return target
  }

  private func emitStemGradient(
    _ convolution: Convolution, _ node: Int, _ x: Activation, _ layout: Layout, _ gradient: Int, norm: Int?,
    target: Int
  ) {
    let row = [4, 8, 16].first { convolution.kernel.width <= $0 } ?? 16
    let taps = convolution.inputs * convolution.kernel.height * row
    var geometry = gk_net_stem(
      channels: convolution.inputs, height: x.layout.height, width: x.layout.width,
      kernelHeight: convolution.kernel.height, kernelWidth: convolution.kernel.width,
      strideY: convolution.stride.height, strideX: convolution.stride.width, padTop: convolution.padding.height,
      padLeft: convolution.padding.width, outHeight: layout.height, outWidth: layout.width, blocks: layout.blocks,
      lanes: layout.lanes, row: row, vectors: (taps + 15) / 16)
    let scratch = newBuffer(gk_net_stem_scratch(&geometry))
    guard let description = try? MemoryDescription.plain([layout.paddedChannels * geometry.vectors * 16]) else {
      preconditionFailure("no memory for the weights of \(convolution.name)")
    }
    emit(
      StemGradientStep(
        geometry: geometry, source: gradient, target: target, scratch: scratch, images: chunk,
        weights: weightSlot(.stem(node: node, norm: norm, geometry), description)))
  }

  func emitWeightGradient(
    _ primitive: Primitive, _ node: Int, norm: Int?, plain: MemoryDescription, biasCount: Int,
    source: (buffer: Int, description: MemoryDescription), gradient: (buffer: Int, description: MemoryDescription)
  ) throws {
    guard let packed = primitive.weightGradients else {
      throw NetworkError.primitive(layer: primitive.layer, status: -1)
    }
    let slot = gradientSlot(
      GradientSlot(node: node, norm: norm, description: packed, plain: plain, biasCount: biasCount))
    let (weights, bias) = (newBuffer(packed.count), newBuffer(max(biasCount, 1)))
    var operands: [(argument: Int32, operand: Operand)] = [
      (DNNL_ARG_SRC, .memory(memory(source.buffer, source.description))),
      (DNNL_ARG_DIFF_DST, .memory(memory(gradient.buffer, gradient.description))),
    ]
    var scratch: [Int] = []
    if let scratchpad = primitive.scratchpad {
      let buffer = newBuffer(scratchpad.count)
      operands.append((DNNL_ARG_SCRATCHPAD, .memory(memory(buffer, scratchpad))))
      scratch.append(buffer)
    }
    emit(
      WeightGradientStep(
        primitive: primitive, operands: operands, slot: slot, hasBias: biasCount > 0, weightBuffer: weights,
        weightMemory: memory(weights, packed), biasBuffer: bias,
        biasMemory: memory(bias, try .plain([max(biasCount, 1)])), reads: [source.buffer, gradient.buffer] + scratch))
  }
}
