public import Tensors

extension Op {
  /// The shape of the result for inputs of these shapes ([N, …]).
  /// - Throws: `NetworkError.badInput`, naming `layer`.
  public func outputShape(_ inputs: [Shape], layer: String) throws -> Shape {
    func fail(_ expected: String) -> NetworkError { .badInput(layer: layer, got: inputs, expected: expected) }
    func image(_ channels: Int?) throws -> Shape {
      guard inputs.count == 1, inputs[0].rank == 4, channels == nil || inputs[0][1] == channels else {
        throw fail("[N, \(channels.map(String.init) ?? "C"), H, W]")
      }
      return inputs[0]
    }
    func windows(_ x: Shape, _ size: Extent, _ stride: Extent, _ padding: Extent, _ dilation: Extent) throws -> [Int] {
      let height = x[2] + 2 * padding.height - dilation.height * (size.height - 1) - 1
      let width = x[3] + 2 * padding.width - dilation.width * (size.width - 1) - 1
      guard height >= 0, width >= 0 else {
        throw fail("images of at least one window of \(size.height)×\(size.width)")
      }
      return [height / stride.height + 1, width / stride.width + 1]
    }
    switch self {
    case .affine(let mean, let deviation):
      let x = try image(mean.count)
      guard deviation.count == mean.count, deviation.allSatisfy({ $0.isFinite && $0 != 0 }) else {
        throw fail("one finite deviation other than zero for each of \(mean.count) channels")
      }
      return x
    case .convolution(let inputs, let outputs, let kernel, let stride, let padding, let dilation, let groups, _):
      let x = try image(inputs)
      let positive = [
        outputs, kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width, groups,
      ]
      guard positive.allSatisfy({ $0 > 0 }), padding.height >= 0, padding.width >= 0, inputs % groups == 0,
        outputs % groups == 0
      else { throw fail("positive extents and groups that divide \(inputs) and \(outputs)") }
      return Shape([x[0], outputs] + (try windows(x, kernel, stride, padding, dilation)))
    case .batchNorm(let channels, _): return try image(channels)
    case .relu:
      guard inputs.count == 1, [2, 4].contains(inputs[0].rank) else { throw fail("[N, C, H, W] or [N, D]") }
      return inputs[0]
    case .maxPool(let size, let stride, let padding), .averagePool(let size, let stride, let padding, _):
      let x = try image(nil)
      guard size.height > 0, size.width > 0, stride.height > 0, stride.width > 0, padding.height >= 0,
        padding.width >= 0, padding.height <= size.height / 2, padding.width <= size.width / 2
      else { throw fail("positive extents, and a padding of at most half of the window") }
      return Shape([x[0], x[1]] + (try windows(x, size, stride, padding, Extent(1))))
    case .globalAveragePool:
      let x = try image(nil)
      return [x[0], x[1]]
    case .flatten:
      let x = try image(nil)
      return [x[0], x.rowCount]
    case .linear(let columns, let outputs, _):
      guard inputs.count == 1, inputs[0].rank == 2, inputs[0][1] == columns, outputs > 0 else {
        throw fail("[N, \(columns)]")
      }
      return [inputs[0][0], outputs]
    case .add:
      guard inputs.count == 2, inputs[0] == inputs[1], [2, 4].contains(inputs[0].rank) else {
        throw fail("two values of one shape")
      }
      return inputs[0]
    }
  }

  /// Floating-point operations of the result; a multiply-add counts two.
  func flops(_ inputs: [Shape], output: Shape) -> Int {
    switch self {
    case .convolution(let channels, _, let kernel, _, _, _, let groups, let bias):
      output.count * (2 * (channels / groups) * kernel.height * kernel.width + (bias ? 1 : 0))
    case .linear(let columns, _, let bias): output.count * (2 * columns + (bias ? 1 : 0))
    case .affine, .batchNorm: 2 * output.count
    case .relu, .add: output.count
    case .maxPool(let size, _, _), .averagePool(let size, _, _, _): output.count * size.height * size.width
    case .globalAveragePool: inputs[0].count
    case .flatten: 0
    }
  }
}
