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
    func windows(
      _ x: Shape, _ size: Extent, _ stride: Extent, _ padding: Extent, _ dilation: Extent, roundsUp: Bool = false
    ) throws -> [Int] {
      func count(_ extent: Int, _ window: Int, _ stride: Int, _ padding: Int, _ dilation: Int) throws -> Int {
        let room = extent + 2 * padding - dilation * (window - 1) - 1
        guard room >= 0 else { throw fail("images of at least one window of \(size.height)×\(size.width)") }
        let count = (room + (roundsUp ? stride - 1 : 0)) / stride + 1
        // The last window begins inside the image or its leading padding.
        return roundsUp && (count - 1) * stride >= extent + padding ? count - 1 : count
      }
      return [
        try count(x[2], size.height, stride.height, padding.height, dilation.height),
        try count(x[3], size.width, stride.width, padding.width, dilation.width),
      ]
    }
    func last(_ x: Shape) -> Int { x[x.rank - 1] }
    func rows(_ features: Int?) throws -> Shape {
      guard inputs.count == 1, [2, 3].contains(inputs[0].rank), features == nil || last(inputs[0]) == features else {
        throw fail("[N, \(features.map(String.init) ?? "D")] or [N, T, \(features.map(String.init) ?? "D")]")
      }
      return inputs[0]
    }
    func sequence(_ features: Int?) throws -> Shape {
      guard inputs.count == 1, inputs[0].rank == 3, features == nil || inputs[0][2] == features else {
        throw fail("[N, T, \(features.map(String.init) ?? "D")]")
      }
      return inputs[0]
    }
    func one() throws -> Shape {
      guard inputs.count == 1, (2...4).contains(inputs[0].rank) else {
        throw fail("[N, C, H, W], [N, T, D] or [N, D]")
      }
      return inputs[0]
    }
    switch self {
    case .affine(let mean, let deviation):
      let x = try image(mean.count)
      guard deviation.count == mean.count, deviation.allSatisfy({ $0.isFinite && $0 != 0 }),
        mean.allSatisfy(\.isFinite)
      else {
        throw fail("one finite mean and one finite deviation other than zero for each of \(mean.count) channels")
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
    case .batchNorm(let channels, let epsilon):
      guard epsilon > 0 else { throw fail("a positive epsilon") }
      return try image(channels)
    case .relu, .gelu, .sigmoid: return try one()
    case .dropout(let probability):
      guard (0...1).contains(probability) else { throw fail("a probability from 0 to 1") }
      return try one()
    case .scale(let factor):
      guard factor.isFinite else { throw fail("a finite factor") }
      return try one()
    case .transposedConvolution(
      let inputs, let outputs, let kernel, let stride, let padding, let extra, let dilation, let groups, _):
      let x = try image(inputs)
      let positive = [
        outputs, kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width, groups,
      ]
      guard positive.allSatisfy({ $0 > 0 }), padding.height >= 0, padding.width >= 0, extra.height >= 0,
        extra.width >= 0, inputs % groups == 0, outputs % groups == 0,
        extra.height < max(stride.height, dilation.height), extra.width < max(stride.width, dilation.width)
      else {
        throw fail("positive extents, groups that divide \(inputs) and \(outputs), and less extra than a stride")
      }
      let height = (x[2] - 1) * stride.height - 2 * padding.height + dilation.height * (kernel.height - 1) + 1
      let width = (x[3] - 1) * stride.width - 2 * padding.width + dilation.width * (kernel.width - 1) + 1
      guard height + extra.height > 0, width + extra.width > 0 else { throw fail("larger images, or less padding") }
      return [x[0], outputs, height + extra.height, width + extra.width]
    case .maxPool(let size, let stride, let padding, let roundsUp),
      .averagePool(let size, let stride, let padding, _, let roundsUp, _):
      let x = try image(nil)
      if case .averagePool(_, _, _, _, _, let divisor?) = self, divisor <= 0 { throw fail("a positive divisor") }
      guard size.height > 0, size.width > 0, stride.height > 0, stride.width > 0, padding.height >= 0,
        padding.width >= 0, padding.height <= size.height / 2, padding.width <= size.width / 2
      else { throw fail("positive extents, and a padding of at most half of the window") }
      return Shape([x[0], x[1]] + (try windows(x, size, stride, padding, Extent(1), roundsUp: roundsUp)))
    case .adaptiveAveragePool(let size):
      let x = try image(nil)
      guard size.height > 0, size.width > 0 else { throw fail("positive extents") }
      return [x[0], x[1], size.height, size.width]
    case .globalAveragePool:
      let x = try image(nil)
      return [x[0], x[1]]
    case .flatten:
      let x = try one()
      return [x[0], x.rowCount]
    case .linear(let columns, let outputs, _), .projection(let columns, let outputs):
      let x = try rows(columns)
      guard outputs > 0 else { throw fail("at least one output") }
      return x.rank == 2 ? [x[0], outputs] : [x[0], x[1], outputs]
    case .add:
      guard inputs.count == 2, inputs[0] == inputs[1], (2...4).contains(inputs[0].rank) else {
        throw fail("two values of one shape")
      }
      return inputs[0]
    case .layerNorm(let features, let epsilon):
      guard epsilon > 0 else { throw fail("a positive epsilon") }
      return try rows(features)
    case .softmax: return try rows(nil)
    case .attention(let heads):
      let x = try sequence(nil)
      guard heads > 0, x[2] % (3 * heads) == 0 else { throw fail("[N, T, 3 D] with D a multiple of \(heads)") }
      return [x[0], x[1], x[2] / 3]
    case .channelScale(let features, _):
      let x = try one()
      guard (x.rank == 4 ? x[1] : last(x)) == features else { throw fail("\(features) channels") }
      return x
    case .padChannels(let channels):
      let x = try image(nil)
      guard channels >= x[1] else { throw fail("at most \(channels) channels") }
      return [x[0], channels, x[2], x[3]]
    case .concat(let count):
      guard inputs.count == count, let first = inputs.first, first.rank >= 2,
        inputs.allSatisfy({ $0.rank == first.rank && $0.extents.dropFirst(2) == first.extents.dropFirst(2) })
      else { throw fail("\(count) values that differ in axis 1 alone") }
      var extents = first.extents
      extents[1] = inputs.reduce(0) { $0 + $1[1] }
      return Shape(extents)
    case .slice(let range):
      let x = try one()
      guard range.lowerBound >= 0, range.upperBound <= x[1], !range.isEmpty else {
        throw fail("at least \(range.upperBound) of axis 1")
      }
      var extents = x.extents
      extents[1] = range.count
      return Shape(extents)
    case .reshape(let extents):
      let x = try one()
      guard (1...3).contains(extents.count), extents.allSatisfy({ $0 > 0 }), extents.reduce(1, *) == x.rowCount else {
        throw fail("\(extents.reduce(1, *)) scalars an image")
      }
      return Shape([x[0]] + extents)
    case .tokens:
      let x = try image(nil)
      return [x[0], x[2] * x[3], x[1]]
    case .patchEmbedding(let channels, let outputs, let patch, _):
      let x = try image(channels)
      guard patch > 0, outputs > 0, x[2] >= patch, x[3] >= patch else {
        throw fail("images of at least one patch of \(patch)×\(patch)")
      }
      return [x[0], (x[2] / patch) * (x[3] / patch), outputs]
    case .prependTokens(let count, let features, _):
      let x = try sequence(features)
      guard count > 0 else { throw fail("at least one token") }
      return [x[0], x[1] + count, x[2]]
    case .positions(let embedding):
      let x = try sequence(embedding.features)
      let side = Int(Double(max(0, x[1] - embedding.leading)).squareRoot().rounded())
      guard x[1] == embedding.count || (side > 0 && side * side == x[1] - embedding.leading) else {
        throw fail("\(embedding.leading) tokens and a square grid")
      }
      return x
    case .l2Normalize(let epsilon):
      guard inputs.count == 1, inputs[0].rank == 2, epsilon > 0 else { throw fail("[N, D] and a positive epsilon") }
      return inputs[0]
    case .sllConvolution(let channels, let inner):
      guard inner > 0 else { throw fail("at least one inner channel") }
      return try image(channels)
    case .sllLinear(let features, let inner):
      guard inputs.count == 1, inputs[0].rank == 2, inputs[0][1] == features, inner > 0 else {
        throw fail("[N, \(features)]")
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
    case .patchEmbedding(let channels, _, let patch, let bias):
      output.count * (2 * channels * patch * patch + (bias ? 1 : 0))
    case .projection(let columns, _): output.count * 2 * columns
    case .affine, .batchNorm: 2 * output.count
    case .transposedConvolution(_, let outputs, let kernel, _, _, _, _, let groups, let bias):
      inputs[0].count * 2 * (outputs / groups) * kernel.height * kernel.width + (bias ? output.count : 0)
    case .relu, .add, .scale, .channelScale, .dropout, .positions: output.count
    case .maxPool(let size, _, _, _), .averagePool(let size, _, _, _, _, _): output.count * size.height * size.width
    case .globalAveragePool, .adaptiveAveragePool: inputs[0].count
    case .layerNorm: 8 * output.count
    case .gelu, .sigmoid, .softmax: 8 * output.count
    case .l2Normalize: 3 * output.count
    case .attention(let heads): 4 * output.count * output[1] + 8 * output[0] * heads * output[1] * output[1]
    case .sllConvolution(_, let inner): output.count * (4 * 9 * inner + 2)
    case .sllLinear(_, let inner): output.count * (4 * inner + 2)
    case .flatten, .padChannels, .concat, .slice, .reshape, .tokens, .prependTokens: 0
    }
  }
}
