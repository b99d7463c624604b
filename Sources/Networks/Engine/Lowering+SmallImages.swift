internal import CDNNL
internal import CKernels

extension Convolution {
  /// Whether so few positions come out that the library's kernels would read and write all weights once for every image,
  /// and much of the work would be the padding's. Said by layer, never by batch.
  func hasFewPositions(_ y: Layout) -> Bool {
    groups == 1 && y.spatial <= 4 && kernel != Extent(1) && inputs >= 16
  }

  func columns(_ x: Layout, _ y: Layout, images: Int) -> gk_columns {
    gk_columns(
      images: images, channels: inputs, lanes: x.lanes, height: x.height, width: x.width,
      kernel_height: kernel.height, kernel_width: kernel.width, stride_y: stride.height, stride_x: stride.width,
      pad_top: padding.height, pad_left: padding.width, dilation_y: dilation.height, dilation_x: dilation.width,
      out_height: y.height, out_width: y.width)
  }
}

/// Which source positions a target position is summed from, and by which taps.
private struct PositionPairs: Sendable {
  /// Target t has the pairs `first[t]..<first[t + 1]`.
  let first: [UInt32]
  let pairs: [gk_pair]

  /// - Parameter isTurned: whether the targets are the positions of x, for its gradient.
  init(_ convolution: Convolution, _ x: Layout, _ y: Layout, isTurned: Bool) {
    var lists = [[gk_pair]](repeating: [], count: isTurned ? x.spatial : y.spatial)
    for output in 0..<y.spatial {
      for tap in 0..<convolution.kernel.height * convolution.kernel.width {
        let row =
          output / y.width * convolution.stride.height - convolution.padding.height
          + tap / convolution.kernel.width * convolution.dilation.height
        let column =
          output % y.width * convolution.stride.width - convolution.padding.width
          + tap % convolution.kernel.width * convolution.dilation.width
        guard (0..<x.height).contains(row), (0..<x.width).contains(column) else { continue }
        let input = row * x.width + column
        lists[isTurned ? input : output].append(
          gk_pair(source: UInt32(isTurned ? output : input), tap: UInt32(tap)))
      }
    }
    first = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + UInt32($1.count)) }
    pairs = lists.flatMap { $0 }
  }
}

extension Lowering {
  /// A convolution that `hasFewPositions`.
  ///
  /// - Parameter other: a value that is added to the result.
  func emitFewPositions(
    _ convolution: Convolution, _ node: Int, _ x: Activation, _ y: Activation, norm: Int?, other: Activation?,
    rectifies: Bool
  ) throws {
    let hasBias = convolution.hasBias || norm != nil
    let bias =
      hasBias ? weightSlot(.bias(node: node, norm: norm), try .plain([convolution.outputs])) : nil
    try emitPositionSums(
      convolution, node, norm: norm, from: (x.layout, x.buffer), to: (y.layout, y.buffer), isTurned: false, bias: bias,
      other: other?.buffer, rectifies: rectifies)
    record(y) { gradient in
      if let other { self.contribute(to: other) { gradient } }
      if self.isTraining {
        try self.emitWindowWeightGradient(convolution, node, x, y.layout, gradient, norm: norm, hasBias: hasBias)
      }
      try self.contribute(to: x) {
        let result = self.newBuffer(x.layout.count * self.chunk)
        try self.emitPositionSums(
          convolution, node, norm: norm, from: (y.layout, gradient), to: (x.layout, result), isTurned: true)
        return result
      }
    }
  }

  private func emitPositionSums(
    _ convolution: Convolution, _ node: Int, norm: Int?, from source: (layout: Layout, buffer: Int),
    to target: (layout: Layout, buffer: Int), isTurned: Bool, bias: Int? = nil, other: Int? = nil,
    rectifies: Bool = false
  ) throws {
    let (x, y) = isTurned ? (target.layout, source.layout) : (source.layout, target.layout)
    let pairs = PositionPairs(convolution, x, y, isTurned: isTurned)
    let geometry = gk_positions(
      images: chunk, sources: source.layout.spatial, targets: target.layout.spatial,
      source_channels: source.layout.channels, source_lanes: source.layout.lanes,
      target_channels: target.layout.channels, target_lanes: target.layout.lanes)
    let count = gk_positions_weights(
      source.layout.channels, target.layout.channels, convolution.kernel.height * convolution.kernel.width)
    let weights = weightSlot(.positions(node: node, norm: norm, isTurned: isTurned), try .plain([count]))
    var geometryCopy = geometry
    let scratch = newBuffer(gk_positions_scratch(&geometryCopy))
    emit(reads: [source.buffer] + (other.map { [$0] } ?? []), writes: [target.buffer, scratch]) { frame in
      var geometry = geometry
      gk_positions_sum(
        &geometry, pairs.first, pairs.pairs, frame.pointer(source.buffer), frame.weights.pointer(weights),
        bias.map { UnsafePointer(frame.weights.pointer($0)) }, other.map { UnsafePointer(frame.pointer($0)) },
        rectifies ? 1 : 0, frame.pointer(target.buffer), frame.pointer(scratch))
    }
  }

  /// The gradient of the weights, as a product of the windows of x and the gradient of y.
  private func emitWindowWeightGradient(
    _ convolution: Convolution, _ node: Int, _ x: Activation, _ layout: Layout, _ gradient: Int, norm: Int?,
    hasBias: Bool
  ) throws {
    let (rowCount, images) = (chunk * layout.spatial, chunk)
    let inner = convolution.inputs * convolution.kernel.height * convolution.kernel.width
    let extents = [convolution.outputs, inner]
    let columns = convolution.columns(x.layout, layout, images: chunk)
    let (windows, rows) = (newBuffer(rowCount * inner), newBuffer(rowCount * convolution.outputs))
    emit(reads: [x.buffer], writes: [windows]) { frame in
      var columns = columns
      gk_columns_gather(&columns, frame.pointer(x.buffer), frame.pointer(windows))
    }
    emit(reads: [gradient], writes: [rows]) { frame in
      gk_blocks_to_rows(
        frame.pointer(gradient), frame.pointer(rows), images, layout.channels, layout.spatial, layout.lanes)
    }
    let (source, target) = (
      try MemoryDescription.plain([rowCount, inner]), try MemoryDescription.plain([rowCount, convolution.outputs])
    )
    try emitWeightGradient(
      InnerProduct.backwardWeights(source, extents, target, hasBias: hasBias, convolution.name), node, norm: norm,
      plain: try .plain(extents), biasCount: hasBias ? convolution.outputs : 0, source: (windows, source),
      gradient: (rows, target))
  }
}
