internal import CDNNL

extension Lowering {
  func lowerPool(
    _ node: Int, _ x: Activation, _ algorithm: dnnl_alg_kind_t, _ size: Extent, _ stride: Extent, _ padding: Extent
  ) throws -> Activation {
    let name = graph.nodes[node].name
    var layout = x.layout
    (layout.height, layout.width) = (shapes[node + 1][2], shapes[node + 1][3])
    let y = newActivation(layout, isOnlyImages: x.isOnlyImages)
    let (source, target) = (try x.layout.description(images: chunk), try layout.description(images: chunk))
    let strides = [stride.height, stride.width].map { dnnl_dim_t($0) }
    let kernel = [size.height, size.width].map { dnnl_dim_t($0) }
    let before = [padding.height, padding.width].map { dnnl_dim_t($0) }
    let behind = [
      (layout.height - 1) * stride.height + size.height - x.layout.height - padding.height,
      (layout.width - 1) * stride.width + size.width - x.layout.width - padding.width,
    ].map { dnnl_dim_t($0) }
    var operation = dnnl_pooling_desc_t()
    var (sourceRaw, targetRaw) = (source.raw, target.raw)
    try DNNL.check(
      dnnl_pooling_forward_desc_init(
        &operation, dnnl_forward_training, algorithm, &sourceRaw, &targetRaw, strides, kernel, before, behind), name)
    let primitive = try Primitive(&operation, layer: name)
    // Max pooling remembers which of a window it took.
    let choice = primitive.workspace.map { (description: $0, buffer: newBuffer($0.count)) }
    var operands: [(argument: Int32, operand: Operand)] = [
      (DNNL_ARG_SRC, .memory(memory(x.buffer, source))), (DNNL_ARG_DST, .memory(memory(y.buffer, target))),
    ]
    if let choice { operands.append((DNNL_ARG_WORKSPACE, .memory(memory(choice.buffer, choice.description)))) }
    try emit(
      primitive, operands, reads: [x.buffer], writes: [y.buffer] + (choice.map { [$0.buffer] } ?? []))
    record(y) { gradient in
      try self.contribute(to: x) {
        var operation = dnnl_pooling_desc_t()
        var (sourceRaw, targetRaw) = (source.raw, target.raw)
        try DNNL.check(
          dnnl_pooling_backward_desc_init(
            &operation, algorithm, &sourceRaw, &targetRaw, strides, kernel, before, behind), name)
        let backward = try Primitive(&operation, layer: name, hint: primitive)
        let result = self.newBuffer(x.layout.count * self.chunk)
        var operands: [(argument: Int32, operand: Operand)] = [
          (DNNL_ARG_DIFF_DST, .memory(self.memory(gradient, target))),
          (DNNL_ARG_DIFF_SRC, .memory(self.memory(result, source))),
        ]
        if let choice {
          operands.append((DNNL_ARG_WORKSPACE, .memory(self.memory(choice.buffer, choice.description))))
        }
        try self.emit(
          backward, operands, reads: [gradient] + (choice.map { [$0.buffer] } ?? []), writes: [result])
        return result
      }
    }
    return y
  }
}
