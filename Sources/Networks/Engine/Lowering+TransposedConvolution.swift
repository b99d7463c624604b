internal import CDNNL
internal import CKernels
internal import Tensors

extension Lowering {
  /// The adjoint of a convolution: its forward pass is that convolution's gradient, and the other way round.
  ///
  /// - Parameter convolution: the convolution whose adjoint it is, from the result's channels to the operand's.
  func lowerTransposedConvolution(_ node: Int, _ convolution: Convolution, _ given: Activation, hasBias: Bool) throws
    -> Activation
  {
    let name = convolution.name
    let x = try converted(given, lanes: DNNL.lanes)
    let shape = shapes[node + 1]
    let layout = Layout(channels: shape[1], height: shape[2], width: shape[3], lanes: DNNL.lanes)
    let y = newActivation(layout)
    let plainWeights = try MemoryDescription.plain(convolution.groupedExtents)
    let primitive = try convolution.backwardData(layout, x.layout, images: chunk)
    guard let packed = primitive.weights else { throw NetworkError.primitive(layer: name, status: -1) }
    let slot = weightSlot(.weight(node: node, norm: nil), packed, plain: plainWeights)
    let (inside, outside) = (try x.layout.description(images: chunk), try layout.description(images: chunk))
    try emit(
      primitive,
      [
        (DNNL_ARG_DIFF_DST, .memory(memory(x.buffer, inside))), (DNNL_ARG_WEIGHTS, .weights(slot)),
        (DNNL_ARG_DIFF_SRC, .memory(memory(y.buffer, outside))),
      ], reads: [x.buffer], writes: [y.buffer])
    record(y) { gradient in
      if self.isTraining {
        try self.emitWeightGradient(
          convolution.backwardWeights(layout, x.layout, images: self.chunk, bias: false), node, norm: nil,
          plain: plainWeights, biasCount: 0, source: (gradient, outside), gradient: (x.buffer, inside))
      }
      try self.contribute(to: x) {
        let target = self.newBuffer(x.layout.count * self.chunk)
        let primitive = try convolution.forward(
          layout, x.layout, images: self.chunk, bias: false, sums: false, rectifies: false,
          isTraining: self.isTraining)
        guard let packed = primitive.weights else { throw NetworkError.primitive(layer: name, status: -1) }
        let slot = self.weightSlot(.weight(node: node, norm: nil), packed, plain: plainWeights)
        try self.emit(
          primitive,
          [
            (DNNL_ARG_SRC, .memory(self.memory(gradient, outside))), (DNNL_ARG_WEIGHTS, .weights(slot)),
            (DNNL_ARG_DST, .memory(self.memory(target, inside))),
          ], reads: [gradient], writes: [target])
        return target
      }
    }
    return hasBias ? try lowerChannelBias(node, y) : y
  }

  /// Adds a parameter by channel.
  private func lowerChannelBias(_ node: Int, _ given: Activation) throws -> Activation {
    let x = try plain(given)
    let y = newActivation(x.layout)
    let (channels, spatial, images) = (x.layout.channels, x.layout.spatial, chunk)
    let name = graph.nodes[node].parameter("bias")
    let slot = weightSlot(.parameter(name), try .plain([channels]))
    emit(reads: [x.buffer], writes: [y.buffer]) { frame in
      let bias = frame.weights.pointer(slot)
      for plane in 0..<images * channels {
        gk_shifted(
          bias[plane % channels], frame.pointer(x.buffer) + plane * spatial, frame.pointer(y.buffer) + plane * spatial,
          spatial)
      }
    }
    record(y) { gradient in
      if self.isTraining {
        let sums = self.namedGradient(
          NamedGradient(count: channels) { sum, _ in [name: Tensor(Array(sum), [channels])] })
        self.emit(reads: [gradient], writes: []) { frame in
          let target = frame.sums.sum(sums)
          for plane in 0..<images * channels {
            target[plane % channels] += Float(gk_sum(frame.pointer(gradient) + plane * spatial, spatial))
          }
        }
      }
      self.contribute(to: x) { gradient }
    }
    return y
  }
}
