internal import CDNNL
internal import CKernels

extension Lowering {
  /// Emits the forward steps of a unit and records its gradient.
  func lower(_ unit: Unit) throws -> Activation {
    let node = graph.nodes[unit.head]
    let x = activation(node.inputs[0])
    switch node.op {
    case .convolution(
      let inputs, let outputs, let kernel, let stride, let padding, let dilation, let groups, let bias):
      return try lowerConvolution(
        unit,
        Convolution(
          name: node.name, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: padding,
          dilation: dilation, groups: groups, hasBias: bias))
    case .linear(_, let outputs, let bias): return try lowerLinear(unit, x, outputs: outputs, hasBias: bias)
    case .projection(_, let outputs):
      return try lowerLinear(unit, x, outputs: outputs, hasBias: false, isTurned: true)
    case .affine(let mean, let deviation):
      let scale = deviation.map { 1 / $0 }
      return lowerScaleShift(
        x, scale: padded(zip(mean, scale).map { $0.1 }, x), shift: padded(zip(mean, scale).map { -$0.0 * $0.1 }, x))
    case .batchNorm(_, let epsilon): return lowerNorm(unit.head, x, epsilon: epsilon)
    case .relu:
      let y = newActivation(x.layout, isRectified: true, isOnlyImages: x.isOnlyImages)
      emit(RectifierStep(source: x.buffer, target: y.buffer, count: x.layout.count * chunk))
      record(y) { gradient in self.contribute(to: x) { gradient } }
      return y
    case .maxPool(let size, let stride, let padding, _):
      // The library's maxima of plain layouts are ten times slower than those of blocks.
      let blocked = x.layout.channels < DNNL.lanes ? x : try converted(x, lanes: DNNL.lanes)
      return try lowerPool(unit.head, blocked, dnnl_pooling_max, size, stride, padding)
    case .averagePool(let size, let stride, let padding, let counts, false, nil):
      return try lowerPool(
        unit.head, x, counts ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding, size, stride,
        padding)
    case .averagePool(let size, let stride, let padding, let counts, _, let divisor):
      func axis(_ extent: Int, _ count: Int, _ size: Int, _ stride: Int, _ padding: Int) -> WindowAverage.Axis {
        WindowAverage.Axis(
          extent, count: count, size: size, stride: stride, padding: padding, countsPadding: counts,
          isDivided: divisor == nil)
      }
      let shape = shapes[unit.head + 1]
      return try lowerWindowAverage(
        unit.head, x,
        WindowAverage(
          rows: axis(x.layout.height, shape[2], size.height, stride.height, padding.height),
          columns: axis(x.layout.width, shape[3], size.width, stride.width, padding.width),
          factor: divisor.map { 1 / Float($0) } ?? 1))
    case .adaptiveAveragePool(let size):
      return try lowerWindowAverage(
        unit.head, x,
        WindowAverage(
          rows: WindowAverage.Axis(covering: x.layout.height, count: size.height),
          columns: WindowAverage.Axis(covering: x.layout.width, count: size.width)))
    case .transposedConvolution(
      let inputs, let outputs, let kernel, let stride, let padding, _, let dilation, let groups, let bias):
      return try lowerTransposedConvolution(
        unit.head,
        Convolution(
          name: node.name, inputs: outputs, outputs: inputs, kernel: kernel, stride: stride, padding: padding,
          dilation: dilation, groups: groups, hasBias: false), x, hasBias: bias)
    case .globalAveragePool:
      let y = newActivation(
        Layout(channels: x.layout.channels, height: 1, width: 1, lanes: 1), isOnlyImages: x.isOnlyImages)
      emit(
        GlobalAverageStep(source: x.buffer, target: y.buffer, layout: x.layout, images: chunk, isGradient: false))
      record(y) { gradient in
        self.contribute(to: x) {
          let target = self.newBuffer(x.layout.count * self.chunk)
          self.emit(
            GlobalAverageStep(source: gradient, target: target, layout: x.layout, images: self.chunk, isGradient: true))
          return target
        }
      }
      return y
    case .flatten:
      let x = try plain(x)
      let y = newActivation(
        Layout(channels: x.layout.count, height: 1, width: 1, lanes: 1), buffer: x.buffer,
        isOnlyImages: x.isOnlyImages)
      record(y) { gradient in self.contribute(to: x) { gradient } }
      return y
    case .add:
      let (a, b) = (x, try converted(activation(node.inputs[1]), lanes: x.layout.lanes))
      let y = newActivation(x.layout, isOnlyImages: a.isOnlyImages && b.isOnlyImages)
      emit(
        SumStep(first: a.buffer, second: b.buffer, mask: nil, target: y.buffer, count: x.layout.count * chunk))
      record(y) { gradient in
        self.contribute(to: a) { gradient }
        self.contribute(to: b) { gradient }
      }
      return y
    case .layerNorm(let features, let epsilon):
      return try lowerLayerNorm(unit.head, x, features: features, epsilon: epsilon)
    case .gelu(let kind): return lowerGELU(x, kind)
    case .sigmoid:
      return lowerPointwise(try plain(x), keepsResult: true) {
        gk_sigmoid($0, $1, $2)
      } gradient: {
        gk_sigmoid_gradient($0, $1, $2, $3)
      }
    case .softmax:
      let shape = shapes[unit.head + 1]
      return try lowerSoftmax(x, columns: shape[shape.rank - 1])
    case .attention(let heads):
      let shape = shapes[unit.head + 1]
      return try lowerAttention(node.name, x, tokens: shape[1], width: shape[2], heads: heads)
    case .scale(let factor):
      return lowerPointwise(x) {
        gk_scaled(factor, $0, $1, $2)
      } gradient: {
        gk_scaled(factor, $1, $2, $3)
      }
    case .channelScale(let features, _): return try lowerChannelScale(unit.head, x, features: features)
    case .padChannels(let channels): return try lowerChannelPadding(x, to: channels)
    case .concat: return try lowerConcat(node.inputs.map(activation))
    case .slice(let range): return try lowerSlice(x, range)
    case .reshape(let extents): return try lowerView(x, extents)
    case .patchEmbedding(_, let outputs, let patch, let bias):
      return try lowerPatches(unit, x, outputs: outputs, patch: patch, hasBias: bias)
    case .tokens: return try lowerTokens(x)
    case .prependTokens(let count, let features, _):
      return try lowerPrependedTokens(unit.head, x, count: count, features: features)
    case .positions(let embedding): return try lowerPositions(unit.head, x, embedding)
    case .dropout(let probability): return try lowerDropout(node.name, x, probability: probability)
    case .l2Normalize(let epsilon): return try lowerNormalization(x, epsilon: epsilon)
    case .sllConvolution(let channels, let inner):
      return try lowerSLLConvolution(unit.head, x, channels: channels, inner: inner)
    case .sllLinear(let features, let inner):
      return try lowerSLLLinear(unit.head, x, features: features, inner: inner)
    }
  }

  /// The value in plain NCHW.
  func plain(_ x: Activation) throws -> Activation { try converted(x, lanes: 1) }

  /// The value with another number of lanes.
  func converted(_ x: Activation, lanes: Int) throws -> Activation {
    let layout = x.layout.with(lanes: lanes)
    guard layout != x.layout else { return x }
    guard x.layout.spatial > 1 || x.layout.paddedChannels != layout.paddedChannels else {
      // One position and no padding: the same order of scalars.
      let y = newActivation(layout, buffer: x.buffer, isOnlyImages: x.isOnlyImages)
      record(y) { gradient in self.contribute(to: x) { gradient } }
      return y
    }
    let y = newActivation(layout, isOnlyImages: x.isOnlyImages)
    try emitReorder(x.buffer, x.layout, to: y.buffer, layout)
    record(y) { gradient in
      try self.contribute(to: x) {
        let target = self.newBuffer(x.layout.count * self.chunk)
        try self.emitReorder(gradient, layout, to: target, x.layout)
        return target
      }
    }
    return y
  }

  func emitReorder(_ source: Int, _ from: Layout, to target: Int, _ to: Layout) throws {
    let (x, y) = (try from.description(images: chunk), try to.description(images: chunk))
    try emit(
      Primitive(reorder: x, to: y, layer: "reorder"),
      [(DNNL_ARG_FROM, .memory(memory(source, x))), (DNNL_ARG_TO, .memory(memory(target, y)))], reads: [source],
      writes: [target])
  }

  private func padded(_ values: [Float], _ x: Activation) -> WeightSlot.Source {
    .constants(values + [Float](repeating: 0, count: x.layout.paddedChannels - values.count))
  }

  private func lowerScaleShift(_ x: Activation, scale: WeightSlot.Source, shift: WeightSlot.Source) -> Activation {
    let y = newActivation(x.layout, isOnlyImages: x.isOnlyImages)
    let scale = perChannelSlot(scale, x.layout)
    emit(
      ScaleShiftStep(
        source: x.buffer, target: y.buffer, layout: x.layout, images: chunk, scale: scale,
        shift: perChannelSlot(shift, x.layout)))
    record(y) { gradient in self.contribute(to: x) { self.emitScaled(gradient, x.layout, scale: scale) } }
    return y
  }

  private func emitScaled(_ gradient: Int, _ layout: Layout, scale: Int) -> Int {
    let target = newBuffer(layout.count * chunk)
    emit(
      ScaleShiftStep(source: gradient, target: target, layout: layout, images: chunk, scale: scale, shift: nil))
    return target
  }

  private func perChannelSlot(_ source: WeightSlot.Source, _ layout: Layout) -> Int {
    weightSlot(source, perChannelDescription(layout))
  }

  private func perChannelDescription(_ layout: Layout) -> MemoryDescription {
    guard let description = try? MemoryDescription.plain([layout.paddedChannels]) else {
      preconditionFailure("no memory of \(layout.paddedChannels) channels")
    }
    return description
  }

  /// A batch norm that no convolution took.
  private func lowerNorm(_ node: Int, _ x: Activation, epsilon: Float) -> Activation {
    if usesBatchStatistics { return lowerBatchNorm(node, x, other: nil, rectifies: false, epsilon: epsilon) }
    let y = newActivation(x.layout)
    let scale = perChannelSlot(.normScale(node: node), x.layout)
    emit(
      ScaleShiftStep(
        source: x.buffer, target: y.buffer, layout: x.layout, images: chunk, scale: scale,
        shift: perChannelSlot(.normShift(node: node), x.layout)))
    let norm =
      isTraining
      ? normSpec(
        NormSpec(
          node: node, name: graph.nodes[node].name, epsilon: epsilon, layout: x.layout, followsBatch: false)) : nil
    record(y) { gradient in
      if let norm { self.emitNormSums(gradient, x, norm) }
      self.contribute(to: x) { self.emitScaled(gradient, x.layout, scale: scale) }
    }
    return y
  }

  private func emitNormSums(_ gradient: Int, _ x: Activation, _ norm: Int) {
    let sums = newBuffer(4 * x.layout.paddedChannels)
    emit(NormSumsStep(gradient: gradient, source: x.buffer, target: sums, norm: norm, layout: x.layout))
    emit(NormGradientBarrier(norm: norm, buffer: sums, layout: x.layout))
  }

  /// A batch norm on the statistics of the batch, with a sum and a rectifier behind it.
  func lowerBatchNorm(
    _ node: Int, _ x: Activation, other: Activation?, rectifies: Bool, epsilon: Float
  ) -> Activation {
    let layout = x.layout
    let norm = normSpec(
      NormSpec(node: node, name: graph.nodes[node].name, epsilon: epsilon, layout: layout, followsBatch: true))
    let moments = newBuffer(4 * layout.paddedChannels)
    emit(MomentsStep(source: x.buffer, target: moments, layout: layout))
    emit(MomentsBarrier(norm: norm, buffer: moments, layout: layout))
    let y = newActivation(layout, isRectified: rectifies)
    emit(
      NormStep(
        source: x.buffer, other: other?.buffer, target: y.buffer, norm: norm, rectifies: rectifies, layout: layout,
        images: chunk))
    record(y) { gradient in
      if let other { self.contribute(to: other) { gradient } }
      self.emitNormSums(gradient, x, norm)
      self.contribute(to: x) {
        let target = self.newBuffer(layout.count * self.chunk)
        self.emit(
          NormGradientStep(
            gradient: gradient, source: x.buffer, target: target, norm: norm, layout: layout, images: self.chunk))
        return target
      }
    }
    return y
  }
}
