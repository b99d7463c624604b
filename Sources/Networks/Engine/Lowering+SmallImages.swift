internal import CDNNL
internal import CKernels

extension Convolution {
  /// Whether so few positions come out that a product of matrices beats the library's kernels, which would read and
  /// write all weights once for every image. Said by layer, never by batch.
  func isProduct(_ y: Layout) -> Bool { groups == 1 && y.spatial <= 4 && kernel != Extent(1) && inputs >= 16 }

  func columns(_ x: Layout, _ y: Layout, images: Int) -> gk_columns {
    gk_columns(
      images: images, channels: inputs, lanes: x.lanes, height: x.height, width: x.width,
      kernel_height: kernel.height, kernel_width: kernel.width, stride_y: stride.height, stride_x: stride.width,
      pad_top: padding.height, pad_left: padding.width, dilation_y: dilation.height, dilation_x: dilation.width,
      out_height: y.height, out_width: y.width)
  }
}

extension Lowering {
  /// The windows as rows, and then what a linear layer does.
  ///
  /// - Parameter other: a value that is added to the result.
  func emitProductConvolution(
    _ convolution: Convolution, _ node: Int, _ x: Activation, _ y: Activation, norm: Int?, other: Activation?,
    rectifies: Bool
  ) throws {
    let name = convolution.name
    let shape = ProductShape(convolution, y.layout, chunk)
    let hasBias = convolution.hasBias || norm != nil
    let columns = convolution.columns(x.layout, y.layout, images: chunk)
    let (windows, result) = (newBuffer(shape.rows * shape.inner), newBuffer(shape.rows * convolution.outputs))
    emit(reads: [x.buffer], writes: [windows]) { frame in
      var columns = columns
      gk_columns_gather(&columns, frame.pointer(x.buffer), frame.pointer(windows))
    }
    let (source, target) = (
      try MemoryDescription.plain([shape.rows, shape.inner]),
      try MemoryDescription.plain([shape.rows, convolution.outputs])
    )
    let primitive = try InnerProduct.forward(
      source, shape.weights, target, hasBias: hasBias, rectifies: false, name)
    guard let packed = primitive.weights else { throw NetworkError.primitive(layer: name, status: -1) }
    let slot = weightSlot(.weight(node: node, norm: norm), packed, plain: try .plain(shape.weights))
    var operands: [(argument: Int32, operand: Operand)] = [
      (DNNL_ARG_SRC, .memory(memory(windows, source))), (DNNL_ARG_DST, .memory(memory(result, target))),
      (DNNL_ARG_WEIGHTS, .weights(slot)),
    ]
    if hasBias {
      operands.append(
        (DNNL_ARG_BIAS, .weights(weightSlot(.bias(node: node, norm: norm), try .plain([convolution.outputs])))))
    }
    try emit(primitive, operands, reads: [windows], writes: [result])
    let (images, layout) = (chunk, y.layout)
    emit(reads: [result] + (other.map { [$0.buffer] } ?? []), writes: [y.buffer]) { frame in
      gk_rows_to_blocks(
        frame.pointer(result), other.map { UnsafePointer(frame.pointer($0.buffer)) }, rectifies ? 1 : 0,
        frame.pointer(y.buffer), images, layout.channels, layout.spatial, layout.lanes)
    }
    record(y) { gradient in
      if let other { self.contribute(to: other) { gradient } }
      let rows = self.newBuffer(shape.rows * convolution.outputs)
      let gradientColumns = self.newBuffer(shape.rows * shape.inner)
      self.emit(reads: [gradient], writes: [rows]) { frame in
        gk_blocks_to_rows(
          frame.pointer(gradient), frame.pointer(rows), images, layout.channels, layout.spatial, layout.lanes)
      }
      if self.isTraining {
        try self.emitWeightGradient(
          InnerProduct.backwardWeights(source, shape.weights, target, hasBias: hasBias, name), node, norm: norm,
          plain: try .plain(shape.weights), biasCount: hasBias ? convolution.outputs : 0, source: (windows, source),
          gradient: (rows, target))
      }
      try self.contribute(to: x) {
        let primitive = try InnerProduct.backwardData(source, shape.weights, target, name)
        guard let packed = primitive.weights else { throw NetworkError.primitive(layer: name, status: -1) }
        let slot = self.weightSlot(.weight(node: node, norm: norm), packed, plain: try .plain(shape.weights))
        try self.emit(
          primitive,
          [
            (DNNL_ARG_DIFF_DST, .memory(self.memory(rows, target))),
            (DNNL_ARG_DIFF_SRC, .memory(self.memory(gradientColumns, source))), (DNNL_ARG_WEIGHTS, .weights(slot)),
          ], reads: [rows], writes: [gradientColumns])
        let result = self.newBuffer(x.layout.count * images)
        self.emit(reads: [gradientColumns], writes: [result]) { frame in
          var columns = columns
          gk_columns_scatter(&columns, frame.pointer(gradientColumns), frame.pointer(result))
        }
        return result
      }
    }
  }

  private struct ProductShape: Sendable {
    /// Windows of a chunk, scalars of one, and the extents of the weights.
    let rows: Int
    let inner: Int
    let weights: [Int]

    init(_ convolution: Convolution, _ y: Layout, _ images: Int) {
      rows = images * y.spatial
      inner = convolution.inputs * convolution.kernel.height * convolution.kernel.width
      weights = [convolution.outputs, inner]
    }
  }
}
