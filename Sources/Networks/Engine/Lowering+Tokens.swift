internal import CKernels
internal import Tensors

extension Lowering {
  func lowerLayerNorm(_ node: Int, _ given: Activation, features: Int, epsilon: Float) throws -> Activation {
    let x = try plain(given)
    let y = newActivation(x.layout)
    let rows = x.layout.count * chunk / features
    let stats = newBuffer(2 * rows)
    let description = try MemoryDescription.plain([features])
    let (weight, bias) = (graph.nodes[node].parameter("weight"), graph.nodes[node].parameter("bias"))
    let gamma = weightSlot(.parameter(weight), description)
    let beta = weightSlot(.parameter(bias), description)
    emit(reads: [x.buffer], writes: [y.buffer, stats]) { frame in
      gk_layer_norm(
        frame.pointer(x.buffer), frame.weights.pointer(gamma), frame.weights.pointer(beta), epsilon,
        frame.pointer(y.buffer), frame.pointer(stats), rows, features)
    }
    record(y) { gradient in
      if self.isTraining {
        let sums = self.namedGradient(
          NamedGradient(count: 2 * features) { sum, _ in
            [weight: Tensor(Array(sum[..<features]), [features]), bias: Tensor(Array(sum[features...]), [features])]
          })
        self.emit(reads: [x.buffer, gradient, stats], writes: []) { frame in
          let target = frame.sums.sum(sums)
          gk_layer_norm_sums(
            frame.pointer(x.buffer), frame.pointer(stats), frame.pointer(gradient), target, target + features, rows,
            features)
        }
      }
      self.contribute(to: x) {
        let target = self.newBuffer(x.layout.count * self.chunk)
        self.emit(reads: [x.buffer, gradient, stats], writes: [target]) { frame in
          gk_layer_norm_gradient(
            frame.pointer(x.buffer), frame.pointer(stats), frame.weights.pointer(gamma), frame.pointer(gradient),
            frame.pointer(target), rows, features)
        }
        return target
      }
    }
    return y
  }

  func lowerGELU(_ x: Activation, _ kind: GELU) -> Activation {
    let code: Int32 =
      switch kind {
      case .exact: Int32(GK_GELU_EXACT)
      case .tanh: Int32(GK_GELU_TANH)
      case .quick: Int32(GK_GELU_QUICK)
      }
    return lowerPointwise(x) {
      gk_gelu(code, $0, $1, $2)
    } gradient: {
      gk_gelu_gradient(code, $0, $1, $2, $3)
    }
  }

  func lowerSoftmax(_ given: Activation, columns: Int) throws -> Activation {
    let x = try plain(given)
    return lowerPointwise(x, keepsResult: true) {
      gk_softmax($0, 1, $1, $2 / columns, columns)
    } gradient: {
      gk_softmax_gradient($0, $1, 1, $2, $3 / columns, columns)
    }
  }

  /// softmax(Q Kᵀ / √d) V by head, with Q, K and V side by side in each token: products on strided views, nothing moved.
  /// The weights after the softmax are kept for the gradient, in place of what they were made of.
  func lowerAttention(_ name: String, _ given: Activation, tokens: Int, width: Int, heads: Int) throws -> Activation {
    let x = try plain(given)
    let depth = width / heads
    let scale = 1 / Float(depth).squareRoot()
    let y = newActivation(Layout(of: [tokens, width]))
    func view(_ stride: Int) -> Matmul.Matrix {
      Matmul.Matrix(extents: [chunk, heads, tokens, depth], strides: [tokens * stride, depth, stride, 1])
    }
    let (wide, narrow) = (view(3 * width), view(width))
    let square = Matmul.Matrix(
      extents: [chunk, heads, tokens, tokens],
      strides: [heads * tokens * tokens, tokens * tokens, tokens, 1])
    let (rows, scores) = (chunk * heads * tokens, chunk * heads * tokens * tokens)
    let weights = newBuffer(scores)
    try emitMatmul((wide, x.buffer, 0), (wide.transposed, x.buffer, width), into: (square, weights, 0), name)
    emit(reads: [weights], writes: [weights]) { frame in
      gk_softmax(frame.pointer(weights), scale, frame.pointer(weights), rows, tokens)
    }
    try emitMatmul((square, weights, 0), (wide, x.buffer, 2 * width), into: (narrow, y.buffer, 0), name)
    record(y) { gradient in
      try self.contribute(to: x) {
        let target = self.newBuffer(x.layout.count * self.chunk)
        let inner = self.newBuffer(scores)
        try self.emitMatmul(
          (square.transposed, weights, 0), (narrow, gradient, 0), into: (wide, target, 2 * width), name)
        try self.emitMatmul(
          (narrow, gradient, 0), (wide.transposed, x.buffer, 2 * width), into: (square, inner, 0), name)
        self.emit(reads: [weights, inner], writes: [inner]) { frame in
          gk_softmax_gradient(
            frame.pointer(weights), frame.pointer(inner), scale, frame.pointer(inner), rows, tokens)
        }
        try self.emitMatmul((square, inner, 0), (wide, x.buffer, width), into: (wide, target, 0), name)
        try self.emitMatmul((square.transposed, inner, 0), (wide, x.buffer, 0), into: (wide, target, width), name)
        return target
      }
    }
    return y
  }

  /// [C, H, W] → [H·W, C].
  func lowerTokens(_ given: Activation) throws -> Activation {
    let x = try plain(given)
    let (channels, positions, images) = (x.layout.channels, x.layout.spatial, chunk)
    let y = newActivation(Layout(of: [positions, channels]), isOnlyImages: x.isOnlyImages)
    emit(reads: [x.buffer], writes: [y.buffer]) { frame in
      gk_transpose(frame.pointer(x.buffer), frame.pointer(y.buffer), images, channels, positions)
    }
    record(y) { gradient in
      self.contribute(to: x) {
        let target = self.newBuffer(x.layout.count * images)
        self.emit(reads: [gradient], writes: [target]) { frame in
          gk_transpose(frame.pointer(gradient), frame.pointer(target), images, positions, channels)
        }
        return target
      }
    }
    return y
  }

  /// Adds a value that is the same for every image, made of one parameter: `expand` makes it of the parameter, and
  /// `adjoint` makes the parameter's gradient of the value's.
  private func lowerShared(
    _ x: Activation, _ layout: Layout, at offset: Int, _ parameter: String,
    expand: @escaping @Sendable (Tensor) -> [Float], adjoint: @escaping @Sendable ([Float]) -> Tensor, count: Int
  ) throws -> Activation {
    let y = newActivation(layout)
    let images = chunk
    let slot = weightSlot(
      .computed { parameters, target in
        let values = expand(parameters[parameter])
        target.update(from: values, count: values.count)
      }, try .plain([count]))
    let own = x.layout.count
    emit(reads: [x.buffer], writes: [y.buffer]) { frame in
      let (source, target, shared) = (frame.pointer(x.buffer), frame.pointer(y.buffer), frame.weights.pointer(slot))
      for n in 0..<images {
        let image = target + n * layout.count
        (image + layout.count - own).update(from: source + n * own, count: own)
        if own == layout.count {
          gk_axpy(1, shared, image + offset, count)
        } else {
          (image + offset).update(from: shared, count: count)
        }
      }
    }
    record(y) { gradient in
      if self.isTraining {
        let sums = self.namedGradient(
          NamedGradient(count: count) { sum, _ in [parameter: adjoint(Array(sum))] })
        self.emit(reads: [gradient], writes: []) { frame in
          for n in 0..<frame.images {
            gk_axpy(1, frame.pointer(gradient) + n * layout.count + offset, frame.sums.sum(sums), count)
          }
        }
      }
      self.contribute(to: x) {
        guard own < layout.count else { return gradient }
        let target = self.newBuffer(own * images)
        self.emit(reads: [gradient], writes: [target]) { frame in
          for n in 0..<images {
            (frame.pointer(target) + n * own).update(
              from: frame.pointer(gradient) + (n + 1) * layout.count - own, count: own)
          }
        }
        return target
      }
    }
    return y
  }

  func lowerPrependedTokens(_ node: Int, _ given: Activation, count: Int, features: Int) throws -> Activation {
    let x = try plain(given)
    let layout = Layout(of: [x.layout.channels + count, features])
    let name = graph.nodes[node].name
    let shape = graph.nodes[node].op.parameters(named: name)[0].shape
    return try lowerShared(
      x, layout, at: 0, name, expand: \.scalars, adjoint: { Tensor($0, shape) }, count: count * features)
  }

  func lowerPositions(_ node: Int, _ given: Activation, _ embedding: PositionEmbedding) throws -> Activation {
    let x = try plain(given)
    let name = graph.nodes[node].name
    let shape = graph.nodes[node].op.parameters(named: name)[0].shape
    let resize = PositionResize(embedding, tokens: x.layout.channels)
    return try lowerShared(
      x, x.layout, at: 0, name, expand: { resize.apply($0.scalars) },
      adjoint: { Tensor(resize.adjoint($0), shape) }, count: x.layout.count)
  }

  func lowerChannelScale(_ node: Int, _ given: Activation, features: Int) throws -> Activation {
    let x = try plain(given)
    let y = newActivation(x.layout)
    let name = graph.nodes[node].parameter("gamma")
    let isImage = shapes[graph.nodes[node].inputs[0].index].rank == 4
    // How many scalars in a row have one factor, and how many rows there are.
    let run = isImage ? x.layout.spatial : 1
    let rows = x.layout.count * chunk / (features * run)
    let description = try MemoryDescription.plain([features])
    let slot = weightSlot(.parameter(name), description)
    @Sendable func scale(
      _ source: UnsafePointer<Float>, _ gamma: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
    ) {
      for row in 0..<rows {
        let at = row * features * run
        if run == 1 {
          gk_product(source + at, gamma, target + at, features)
        } else {
          for c in 0..<features { gk_scaled(gamma[c], source + at + c * run, target + at + c * run, run) }
        }
      }
    }
    emit(reads: [x.buffer], writes: [y.buffer]) { frame in
      scale(frame.pointer(x.buffer), frame.weights.pointer(slot), frame.pointer(y.buffer))
    }
    record(y) { gradient in
      if self.isTraining {
        let sums = self.namedGradient(
          NamedGradient(count: features) { sum, _ in [name: Tensor(Array(sum), [features])] })
        self.emit(reads: [x.buffer, gradient], writes: []) { frame in
          let (target, source, g) = (frame.sums.sum(sums), frame.pointer(x.buffer), frame.pointer(gradient))
          for row in 0..<rows {
            let at = row * features * run
            if run == 1 {
              gk_add_product(source + at, g + at, target, features)
            } else {
              for c in 0..<features { target[c] += Float(gk_dot(source + at + c * run, g + at + c * run, run)) }
            }
          }
        }
      }
      self.contribute(to: x) {
        let target = self.newBuffer(x.layout.count * self.chunk)
        self.emit(reads: [gradient], writes: [target]) { frame in
          scale(frame.pointer(gradient), frame.weights.pointer(slot), frame.pointer(target))
        }
        return target
      }
    }
    return y
  }
}
