internal import CDNNL
internal import CKernels

extension Lowering {
  /// - Parameter isTurned: whether the parameter is [inputs, outputs].
  func lowerLinear(
    _ unit: Unit, _ given: Activation, outputs: Int, hasBias: Bool, isTurned: Bool = false
  ) throws -> Activation {
    let shape = shapes[graph.nodes[unit.head].inputs[0].index]
    // Every token is a row like any other.
    let (tokens, columns) = shape.rank == 3 ? (shape[1], shape[2]) : (nil, shape[1])
    return try lowerProduct(
      unit, given, tokens: tokens, columns: columns, outputs: outputs, hasBias: hasBias, isTurned: isTurned)
  }

  /// Patches gathered as rows, then a product.
  func lowerPatches(_ unit: Unit, _ given: Activation, outputs: Int, patch: Int, hasBias: Bool) throws -> Activation {
    let x = try plain(given)
    let layout = x.layout
    let (rows, columns) = (layout.height / patch, layout.width / patch)
    let size = layout.channels * patch * patch
    let images = chunk
    let patches = newActivation(Layout(of: [rows * columns, size]), isOnlyImages: x.isOnlyImages)
    emit(reads: [x.buffer], writes: [patches.buffer]) { frame in
      gk_patches(
        frame.pointer(x.buffer), frame.pointer(patches.buffer), images, layout.channels, layout.height, layout.width,
        patch)
    }
    record(patches) { gradient in
      self.contribute(to: x) {
        let target = self.newBuffer(layout.count * images)
        self.emit(reads: [gradient], writes: [target]) { frame in
          gk_patches_gradient(
            frame.pointer(gradient), frame.pointer(target), images, layout.channels, layout.height, layout.width,
            patch)
        }
        return target
      }
    }
    return try lowerProduct(
      unit, patches, tokens: rows * columns, columns: size, outputs: outputs, hasBias: hasBias, isTurned: false)
  }

  private func lowerProduct(
    _ unit: Unit, _ given: Activation, tokens: Int?, columns: Int, outputs: Int, hasBias: Bool, isTurned: Bool
  ) throws -> Activation {
    let name = graph.nodes[unit.head].name
    let x = try plain(given)
    let layout = Layout(of: tokens.map { [$0, outputs] } ?? [outputs])
    let y = newActivation(layout, isRectified: unit.rectifies)
    let extents = [outputs, columns]
    let plainWeights = isTurned ? try MemoryDescription(extents, dnnl_ba) : try .plain(extents)
    let source = try MemoryDescription.plain([chunk * (tokens ?? 1), columns])
    let target = try MemoryDescription.plain([chunk * (tokens ?? 1), outputs])
    let isHalf = precision == .bfloat16
    let operand = try factor(x.buffer, x.layout, isHalf: isHalf)
    let factorSource = try MemoryDescription.plain([chunk * (tokens ?? 1), columns], operand.layout.precision)
    let primitive = try InnerProduct.forward(
      factorSource, extents, target, hasBias: hasBias, rectifies: unit.rectifies, name)
    guard let packed = primitive.weights else { throw NetworkError.primitive(layer: name, status: -1) }
    var operands: [(argument: Int32, operand: Operand)] = [
      (DNNL_ARG_SRC, .memory(memory(operand.buffer, factorSource))), (DNNL_ARG_DST, .memory(memory(y.buffer, target))),
      (
        DNNL_ARG_WEIGHTS,
        .weights(weightSlot(.weight(node: unit.head, norm: nil), packed, plain: plainWeights))
      ),
    ]
    if hasBias {
      operands.append(
        (DNNL_ARG_BIAS, .weights(weightSlot(.bias(node: unit.head, norm: nil), try .plain([outputs])))))
    }
    try emit(primitive, operands, reads: [operand.buffer], writes: [y.buffer])
    record(y) { gradient in
      if self.isTraining {
        try self.emitWeightGradient(
          InnerProduct.backwardWeights(source, extents, target, hasBias: hasBias, name), unit.head, norm: nil,
          plain: plainWeights, biasCount: hasBias ? outputs : 0, source: (x.buffer, source),
          gradient: (gradient, target))
      }
      try self.contribute(to: x) {
        let operand = try self.factor(gradient, layout, isHalf: isHalf)
        let factorTarget = try MemoryDescription.plain(
          [self.chunk * (tokens ?? 1), outputs], operand.layout.precision)
        let primitive = try InnerProduct.backwardData(source, extents, factorTarget, name)
        guard let packed = primitive.weights else { throw NetworkError.primitive(layer: name, status: -1) }
        let result = self.newBuffer(x.layout.count * self.chunk)
        let slot = self.weightSlot(.weight(node: unit.head, norm: nil), packed, plain: plainWeights)
        try self.emit(
          primitive,
          [
            (DNNL_ARG_DIFF_DST, .memory(self.memory(operand.buffer, factorTarget))),
            (DNNL_ARG_DIFF_SRC, .memory(self.memory(result, source))), (DNNL_ARG_WEIGHTS, .weights(slot)),
          ], reads: [operand.buffer], writes: [result])
        return result
      }
    }
    return y
  }
}

/// The primitives of a linear layer: [n, inputs] · [outputs, inputs]ᵀ.
enum InnerProduct {
  static func forward(
    _ x: MemoryDescription, _ weights: [Int], _ y: MemoryDescription, hasBias: Bool, rectifies: Bool, _ name: String
  ) throws -> Primitive {
    var operation = try forwardOperation(dnnl_forward_inference, x, weights, y, hasBias: hasBias, name)
    return try Primitive(&operation, layer: name, rectifies: rectifies)
  }

  static func backwardData(
    _ x: MemoryDescription, _ weights: [Int], _ y: MemoryDescription, _ name: String
  ) throws -> Primitive {
    var forward = try forwardOperation(
      dnnl_forward_training, x.with(y.precision), weights, y, hasBias: false, name)
    var operation = dnnl_inner_product_desc_t()
    var (source, any, target) = (x.raw, try MemoryDescription.any(weights, y.precision).raw, y.raw)
    try DNNL.check(dnnl_inner_product_backward_data_desc_init(&operation, &source, &any, &target), name)
    return try Primitive(&operation, layer: name, hint: Primitive(&forward, layer: name))
  }

  static func backwardWeights(
    _ x: MemoryDescription, _ weights: [Int], _ y: MemoryDescription, hasBias: Bool, _ name: String
  ) throws -> Primitive {
    var forward = try forwardOperation(dnnl_forward_training, x, weights, y, hasBias: hasBias, name)
    var operation = dnnl_inner_product_desc_t()
    var (source, any, target) = (x.raw, try MemoryDescription.any(weights).raw, y.raw)
    let bias = try MemoryDescription.plain([weights[0]]).raw
    let status = withUnsafePointer(to: bias) {
      dnnl_inner_product_backward_weights_desc_init(&operation, &source, &any, hasBias ? $0 : nil, &target)
    }
    try DNNL.check(status, name)
    return try Primitive(&operation, layer: name, hint: Primitive(&forward, layer: name))
  }

  private static func forwardOperation(
    _ kind: dnnl_prop_kind_t, _ x: MemoryDescription, _ weights: [Int], _ y: MemoryDescription, hasBias: Bool,
    _ name: String
  ) throws -> dnnl_inner_product_desc_t {
    var operation = dnnl_inner_product_desc_t()
    var (source, any, target) = (x.raw, try MemoryDescription.any(weights, x.precision).raw, y.raw)
    let bias = try MemoryDescription.plain([weights[0]]).raw
    let status = withUnsafePointer(to: bias) {
      dnnl_inner_product_forward_desc_init(&operation, kind, &source, &any, hasBias ? $0 : nil, &target)
    }
    try DNNL.check(status, name)
    return operation
  }
}
