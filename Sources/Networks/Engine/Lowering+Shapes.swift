internal import CKernels
internal import Tensors

// Values put together, cut and laid out anew.
extension Lowering {
  /// Channels, tokens or columns side by side: axis 1 of every kind of value.
  func lowerConcat(_ given: [Activation]) throws -> Activation {
    let inputs = try sameLanes(given)
    guard let first = inputs.first else { preconditionFailure("a concatenation of nothing") }
    var layout = first.layout
    layout.channels = inputs.reduce(0) { $0 + $1.layout.channels }
    var at = 0
    let pieces = inputs.enumerated().map { index, x in
      defer { at += x.layout.count }
      return Piece(input: index, from: 0, to: at, count: x.layout.count)
    }
    return lowerPieces(inputs, layout, pieces)
  }

  func lowerSlice(_ given: Activation, _ range: Range<Int>) throws -> Activation {
    let lanes = given.layout.lanes
    let fits = range.lowerBound % lanes == 0 && range.count % lanes == 0 && given.layout.channels % lanes == 0
    let x = fits ? given : try plain(given)
    var layout = x.layout
    layout.channels = range.count
    let size = x.layout.count / x.layout.channels
    return lowerPieces([x], layout, [Piece(input: 0, from: range.lowerBound * size, to: 0, count: range.count * size)])
  }

  func lowerChannelPadding(_ given: Activation, to channels: Int) throws -> Activation {
    let x = try plain(given)
    var layout = x.layout
    layout.channels = channels
    return lowerPieces([x], layout, [Piece(input: 0, from: 0, to: 0, count: x.layout.count)])
  }

  /// All values with the lanes of the first, if its blocks hold whole values of each; else all plain.
  private func sameLanes(_ values: [Activation]) throws -> [Activation] {
    let lanes = values[0].layout.lanes
    let fits = values.allSatisfy { $0.layout.lanes == lanes && $0.layout.channels % lanes == 0 }
    return fits ? values : try values.map(plain)
  }

  func lowerNormalization(_ given: Activation, epsilon: Float) throws -> Activation {
    let x = try plain(given)
    let y = newActivation(x.layout)
    let (rows, columns) = (chunk, x.layout.count)
    let norms = newBuffer(rows)
    emit(reads: [x.buffer], writes: [y.buffer, norms]) { frame in
      gk_l2_normalize(
        frame.pointer(x.buffer), epsilon, frame.pointer(y.buffer), frame.pointer(norms), rows, columns)
    }
    record(y) { gradient in
      self.contribute(to: x) {
        let target = self.newBuffer(rows * columns)
        self.emit(reads: [y.buffer, norms, gradient], writes: [target]) { frame in
          gk_l2_normalize_gradient(
            frame.pointer(y.buffer), frame.pointer(norms), epsilon, frame.pointer(gradient), frame.pointer(target),
            rows, columns)
        }
        return target
      }
    }
    return y
  }

  /// In training the mask of a sample follows from the run's seed, the layer, the step and the sample's place in the
  /// batch: never from the chunk that it is computed in.
  func lowerDropout(_ name: String, _ given: Activation, probability: Float) throws -> Activation {
    guard isTraining, probability > 0 else { return given }
    let x = try plain(given)
    let y = newActivation(x.layout)
    let (count, images) = (x.layout.count, chunk)
    let mask = newBuffer(count * images)
    let kept = 1 / (1 - probability)
    emit(reads: [x.buffer], writes: [y.buffer, mask]) { frame in
      guard let run = frame.run else { preconditionFailure("dropout outside of training") }
      let factors = frame.pointer(mask)
      for n in 0..<images {
        var stream = RandomStream(
          seed: run.noise.seed, ["dropout", name], [run.noise.step, frame.index * images + n])
        for i in n * count..<(n + 1) * count { factors[i] = stream.uniform() < probability ? 0 : kept }
      }
      gk_product(frame.pointer(x.buffer), factors, frame.pointer(y.buffer), count * images)
    }
    record(y) { gradient in
      self.contribute(to: x) {
        let target = self.newBuffer(count * images)
        self.emit(reads: [gradient, mask], writes: [target]) { frame in
          gk_product(frame.pointer(gradient), frame.pointer(mask), frame.pointer(target), count * images)
        }
        return target
      }
    }
    return y
  }
}
