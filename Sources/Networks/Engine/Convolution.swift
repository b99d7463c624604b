internal import CDNNL

/// The extents of one convolution, and its primitives.
struct Convolution: Sendable {
  let name: String
  let inputs: Int
  let outputs: Int
  let kernel: Extent
  let stride: Extent
  let padding: Extent
  let dilation: Extent
  let groups: Int
  let hasBias: Bool

  /// The weight's extents as the parameters have them, and as oneDNN wants them.
  var weightExtents: [Int] { [outputs, inputs / groups, kernel.height, kernel.width] }
  var groupedExtents: [Int] {
    groups == 1 ? weightExtents : [groups, outputs / groups, inputs / groups, kernel.height, kernel.width]
  }

  func output(of x: Layout, lanes: Int) -> Layout {
    func extent(_ size: Int, _ k: Int, _ s: Int, _ p: Int, _ d: Int) -> Int { (size + 2 * p - d * (k - 1) - 1) / s + 1 }
    return Layout(
      channels: outputs, height: extent(x.height, kernel.height, stride.height, padding.height, dilation.height),
      width: extent(x.width, kernel.width, stride.width, padding.width, dilation.width), lanes: lanes)
  }

  /// The lanes that its input should have: one for a few channels of one group, which direct kernels read as they are.
  func inputLanes(_ x: Layout) -> Int { x.lanes == 1 && groups == 1 && inputs <= 3 ? 1 : DNNL.lanes }

  /// Whether its images' gradient is computed by `gk_net_stem_gradient`.
  func isStem(_ x: Layout) -> Bool { x.lanes == 1 && kernel.width <= 16 && dilation == Extent(1) }

  /// Whether its images' gradient is a convolution with turned weights: as fast as a forward pass, Winograd's included.
  var canTurn: Bool {
    groups == 1 && stride == Extent(1) && padding.height <= dilation.height * (kernel.height - 1)
      && padding.width <= dilation.width * (kernel.width - 1)
  }

  /// The convolution from the output's gradient to the input's.
  var turned: Convolution {
    Convolution(
      name: name, inputs: outputs, outputs: inputs, kernel: kernel, stride: stride,
      padding: Extent(
        dilation.height * (kernel.height - 1) - padding.height, dilation.width * (kernel.width - 1) - padding.width),
      dilation: dilation, groups: 1, hasBias: false)
  }

  /// Winograd's algorithm needs a third of the work of a direct 3×3 convolution, where its tiles fit. Said by layer and
  /// never left to the library, which would look at the batch.
  func mayUseWinograd(_ y: Layout) -> Bool {
    kernel == Extent(3) && stride == Extent(1) && dilation == Extent(1) && groups == 1 && inputs >= 16
      && outputs >= 16 && y.height >= 4 && y.width >= 4
  }

  /// - Parameter isTraining: whether weights change after each pass. Winograd's are then transformed as they are used,
  ///   for oneDNN's transformation ahead of time takes longer than all of it.
  /// Whether a program of half precision computes it so: where Winograd's algorithm in single precision is not faster.
  func prefersHalf(_ y: Layout) -> Bool {
    groups == 1 && inputs >= 16 && outputs >= 16 && (!mayUseWinograd(y) || inputs >= 256)
  }

  func forward(
    _ x: Layout, _ y: Layout, images: Int, bias: Bool, sums: Bool, rectifies: Bool, isTraining: Bool
  ) throws -> Primitive {
    try attempt(mayUseWinograd(y) && x.precision == .float32) { algorithm in
      var operation = try operation(isTraining ? .forwardTraining : .forward, algorithm, x, y, images, bias)
      return try Primitive(&operation, layer: name, sums: sums, rectifies: rectifies)
    }
  }

  func backwardData(_ x: Layout, _ y: Layout, images: Int) throws -> Primitive {
    // The forward pass that it belongs to has operands of one precision.
    var forward = try operation(
      .forwardTraining, dnnl_convolution_direct, x.with(y.precision), y, images, false)
    var operation = try operation(.backwardData, dnnl_convolution_direct, x, y, images, false)
    return try Primitive(&operation, layer: name, hint: Primitive(&forward, layer: name))
  }

  func backwardWeights(_ x: Layout, _ y: Layout, images: Int, bias: Bool) throws -> Primitive {
    try attempt(mayUseWinograd(y) && images * y.spatial >= 256) { algorithm in
      var forward = try operation(.forwardTraining, algorithm, x, y, images, bias)
      var operation = try operation(.backwardWeights, algorithm, x, y, images, bias)
      return try Primitive(&operation, layer: name, hint: Primitive(&forward, layer: name))
    }
  }

  private func attempt(_ winograd: Bool, _ make: (dnnl_alg_kind_t) throws -> Primitive) throws -> Primitive {
    if winograd, let primitive = try? make(dnnl_convolution_winograd) { return primitive }
    return try make(dnnl_convolution_direct)
  }

  private enum Direction { case forward, forwardTraining, backwardData, backwardWeights }

  private func operation(
    _ direction: Direction, _ algorithm: dnnl_alg_kind_t, _ x: Layout, _ y: Layout, _ images: Int, _ bias: Bool
  ) throws -> dnnl_convolution_desc_t {
    var operation = dnnl_convolution_desc_t()
    var (source, target) = (try x.description(images: images).raw, try y.description(images: images).raw)
    // Weights come in the precision of what they are multiplied with.
    let factor = direction == .backwardData ? y : x
    var weights = try MemoryDescription.any(groupedExtents, factor.precision).raw
    let biasMemory = try MemoryDescription.plain([outputs]).raw
    let strides = [stride.height, stride.width].map { dnnl_dim_t($0) }
    let dilates = [dilation.height - 1, dilation.width - 1].map { dnnl_dim_t($0) }
    let before = [padding.height, padding.width].map { dnnl_dim_t($0) }
    func after(_ x: Int, _ y: Int, _ k: Int, _ s: Int, _ p: Int, _ d: Int) -> dnnl_dim_t {
      dnnl_dim_t((y - 1) * s + d * (k - 1) + 1 - x - p)
    }
    let behind = [
      after(x.height, y.height, kernel.height, stride.height, padding.height, dilation.height),
      after(x.width, y.width, kernel.width, stride.width, padding.width, dilation.width),
    ]
    let status = withUnsafePointer(to: biasMemory) { pointer in
      let biasPointer = bias ? pointer : nil
      return switch direction {
      case .forward, .forwardTraining:
        dnnl_dilated_convolution_forward_desc_init(
          &operation, direction == .forward ? dnnl_forward_inference : dnnl_forward_training, algorithm, &source,
          &weights, biasPointer, &target, strides, dilates, before, behind)
      case .backwardData:
        dnnl_dilated_convolution_backward_data_desc_init(
          &operation, algorithm, &source, &weights, &target, strides, dilates, before, behind)
      case .backwardWeights:
        dnnl_dilated_convolution_backward_weights_desc_init(
          &operation, algorithm, &source, &weights, biasPointer, &target, strides, dilates, before, behind)
      }
    }
    try DNNL.check(status, name)
    return operation
  }
}
