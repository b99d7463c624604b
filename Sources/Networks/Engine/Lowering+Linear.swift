internal import CDNNL

extension Lowering {
  func lowerLinear(_ unit: Unit, _ given: Activation, outputs: Int, hasBias: Bool) throws -> Activation {
    let name = graph.nodes[unit.head].name
    let x = try plain(given)
    let shape = shapes[graph.nodes[unit.head].inputs[0].index]
    // Every token is a row like any other.
    let (tokens, columns) = shape.rank == 3 ? (shape[1], shape[2]) : (1, shape[1])
    let layout = Layout(of: shape.rank == 3 ? [tokens, outputs] : [outputs])
    let y = newActivation(layout, isRectified: unit.rectifies)
    let extents = [outputs, columns]
    let source = try MemoryDescription.plain([chunk * tokens, columns])
    let target = try MemoryDescription.plain([chunk * tokens, outputs])
    let primitive = try InnerProduct.forward(
      source, extents, target, hasBias: hasBias, rectifies: unit.rectifies, name)
    guard let packed = primitive.weights else { throw NetworkError.primitive(layer: name, status: -1) }
    var operands: [(argument: Int32, operand: Operand)] = [
      (DNNL_ARG_SRC, .memory(memory(x.buffer, source))), (DNNL_ARG_DST, .memory(memory(y.buffer, target))),
      (
        DNNL_ARG_WEIGHTS,
        .weights(weightSlot(.weight(node: unit.head, norm: nil), packed, plain: try .plain(extents)))
      ),
    ]
    if hasBias {
      operands.append(
        (DNNL_ARG_BIAS, .weights(weightSlot(.bias(node: unit.head, norm: nil), try .plain([outputs])))))
    }
    try emit(primitive, operands, reads: [x.buffer], writes: [y.buffer])
    record(y) { gradient in
      if self.isTraining {
        try self.emitWeightGradient(
          InnerProduct.backwardWeights(source, extents, target, hasBias: hasBias, name), unit.head, norm: nil,
          plain: try .plain(extents), biasCount: hasBias ? outputs : 0, source: (x.buffer, source),
          gradient: (gradient, target))
      }
      try self.contribute(to: x) {
        let primitive = try InnerProduct.backwardData(source, extents, target, name)
        guard let packed = primitive.weights else { throw NetworkError.primitive(layer: name, status: -1) }
        let result = self.newBuffer(x.layout.count * self.chunk)
        let slot = self.weightSlot(.weight(node: unit.head, norm: nil), packed, plain: try .plain(extents))
        try self.emit(
          primitive,
          [
            (DNNL_ARG_DIFF_DST, .memory(self.memory(gradient, target))),
            (DNNL_ARG_DIFF_SRC, .memory(self.memory(result, source))), (DNNL_ARG_WEIGHTS, .weights(slot)),
          ], reads: [gradient], writes: [result])
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
    var forward = try forwardOperation(dnnl_forward_training, x, weights, y, hasBias: false, name)
    var operation = dnnl_inner_product_desc_t()
    var (source, any, target) = (x.raw, try MemoryDescription.any(weights).raw, y.raw)
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
    var (source, any, target) = (x.raw, try MemoryDescription.any(weights).raw, y.raw)
    let bias = try MemoryDescription.plain([weights[0]]).raw
    let status = withUnsafePointer(to: bias) {
      dnnl_inner_product_forward_desc_init(&operation, kind, &source, &any, hasBias ? $0 : nil, &target)
    }
    try DNNL.check(status, name)
    return operation
  }
}
