/// Runs one of our own kernels on buffers of the arena.
struct KernelStep: Step {
  let reads: [Int]
  let writes: [Int]
  let body: @Sendable (Frame) throws -> Void

  func run(_ frame: Frame) throws { try body(frame) }
}

extension Lowering {
  /// - Parameters:
  ///   - reads: buffers that `body` reads.
  ///   - writes: buffers that it writes; scratch counts as written.
  func emit(reads: [Int], writes: [Int], _ body: @escaping @Sendable (Frame) throws -> Void) {
    emit(KernelStep(reads: reads, writes: writes, body: body))
  }

  /// A plain value of another shape.
  func newValue(_ channels: Int, _ height: Int, _ width: Int, isOnlyImages: Bool = false) -> Activation {
    newActivation(
      Layout(channels: channels, height: height, width: width, lanes: 1), isOnlyImages: isOnlyImages)
  }

  /// A value computed scalar by scalar, whatever its layout, and its gradient of what it was computed from (or of
  /// itself, if `keepsResult`).
  func lowerPointwise(
    _ x: Activation, keepsResult: Bool = false,
    _ forward: @escaping @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void,
    gradient backward:
      @escaping @Sendable (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Activation {
    let y = newActivation(x.layout, isOnlyImages: x.isOnlyImages)
    let count = x.layout.count * chunk
    emit(reads: [x.buffer], writes: [y.buffer]) { frame in
      forward(frame.pointer(x.buffer), frame.pointer(y.buffer), count)
    }
    record(y) { gradient in
      self.contribute(to: x) {
        let target = self.newBuffer(count)
        let kept = keepsResult ? y.buffer : x.buffer
        self.emit(reads: [kept, gradient], writes: [target]) { frame in
          backward(frame.pointer(kept), frame.pointer(gradient), frame.pointer(target), count)
        }
        return target
      }
    }
    return y
  }

  /// The same scalars in the same order with other extents.
  func lowerView(_ given: Activation, _ shape: [Int]) throws -> Activation {
    let x = try plain(given)
    let layout = Layout(of: shape)
    let y = newActivation(layout, buffer: x.buffer, isOnlyImages: x.isOnlyImages)
    record(y) { gradient in self.contribute(to: x) { gradient } }
    return y
  }

  /// Copies of pieces of every image: what concatenations, slices and paddings are. The gradient goes back by the same
  /// pieces.
  struct Piece: Sendable {
    /// Which input; where in one image of it and of the result; and how many scalars.
    var input: Int
    var from: Int
    var to: Int
    var count: Int
  }

  func lowerPieces(_ inputs: [Activation], _ layout: Layout, _ pieces: [Piece]) -> Activation {
    let y = newActivation(layout, isOnlyImages: inputs.allSatisfy(\.isOnlyImages))
    let images = chunk
    let covers = pieces.reduce(0) { $0 + $1.count } == layout.count
    let counts = inputs.map(\.layout.count)
    let buffers = inputs.map(\.buffer)
    emit(reads: buffers, writes: [y.buffer]) { frame in
      let target = frame.pointer(y.buffer)
      if !covers { target.update(repeating: 0, count: layout.count * images) }
      for piece in pieces {
        let source = frame.pointer(buffers[piece.input])
        for n in 0..<images {
          (target + n * layout.count + piece.to).update(
            from: source + n * counts[piece.input] + piece.from, count: piece.count)
        }
      }
    }
    record(y) { gradient in
      for (index, x) in inputs.enumerated() {
        let own = pieces.filter { $0.input == index }
        self.contribute(to: x) {
          let target = self.newBuffer(counts[index] * images)
          let isWhole = own.reduce(0) { $0 + $1.count } == counts[index]
          self.emit(reads: [gradient], writes: [target]) { frame in
            let (result, source) = (frame.pointer(target), frame.pointer(gradient))
            if !isWhole { result.update(repeating: 0, count: counts[index] * images) }
            for piece in own {
              for n in 0..<images {
                (result + n * counts[index] + piece.from).update(
                  from: source + n * layout.count + piece.to, count: piece.count)
              }
            }
          }
          return target
        }
      }
    }
    return y
  }
}

extension Layout {
  /// The plain layout of a value whose extents for one image are [C, H, W], [T, D] or [D].
  init(of extents: [Int]) {
    switch extents.count {
    case 3: self.init(channels: extents[0], height: extents[1], width: extents[2], lanes: 1)
    case 2: self.init(channels: extents[0], height: 1, width: extents[1], lanes: 1)
    default: self.init(channels: extents.reduce(1, *), height: 1, width: 1, lanes: 1)
    }
  }
}
