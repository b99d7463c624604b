internal import CKernels
internal import Tensors

extension Lowering {
  /// A 3×3 block as one pass over the image, and its gradient as another: of the forward pass only the signs inside are
  /// kept, unless parameters are trained.
  func lowerSLLConvolution(_ node: Int, _ given: Activation, channels: Int, inner: Int) throws -> Activation {
    let x = try plain(given)
    let names = SLLNames(graph.nodes[node], "kernel")
    let (images, count, plane) = (chunk, x.layout.count, x.layout.spatial)
    let group = Int(GK_SLL_GROUP)
    let (innerGroups, channelGroups) = ((inner + group - 1) / group, (channels + group - 1) / group)
    let into = weightSlot(
      .computed { parameters, target in
        parameters[names.weight].withScalars { kernel in
          for i in 0..<inner {
            for c in 0..<channels {
              for tap in 0..<9 {
                let at = (((i / group * 3 + tap / 3) * channels + c) * 3 + tap % 3) * group + i % group
                target[at] = kernel[(i * channels + c) * 9 + tap]
              }
            }
          }
        }
      }, try .plain([innerGroups * group * 9 * channels]))
    let out = weightSlot(
      .computed { parameters, target in
        parameters[names.weight].withScalars { kernel in
          for i in 0..<inner {
            for c in 0..<channels {
              for tap in 0..<9 {
                // Turned around, for the adjoint.
                let at = (((c / group * 3 + 2 - tap / 3) * inner + i) * 3 + 2 - tap % 3) * group + c % group
                target[at] = -2 * kernel[(i * channels + c) * 9 + tap]
              }
            }
          }
        }
      }, try .plain([channelGroups * group * 9 * inner]))
    let bias = weightSlot(.parameter(names.bias), try .plain([inner]))
    let t = weightSlot(
      .computed { parameters, target in
        let scales = SLLScales.convolution(parameters[names.weight].scalars, channels: channels, inner: inner)
        target.update(from: scales, count: inner)
      }, try .plain([inner]))
    var shape = gk_sll_block(
      channels: channels, inner: inner, height: x.layout.height, width: x.layout.width, in_weights: nil,
      out_weights: nil, bias: nil, t: nil)
    let scratchCount = gk_sll_scratch(&shape)
    let maskBytes = gk_sll_mask_bytes(&shape)
    @Sendable func block(_ frame: Frame) -> gk_sll_block {
      gk_sll_block(
        channels: channels, inner: inner, height: x.layout.height, width: x.layout.width,
        in_weights: frame.weights.pointer(into), out_weights: frame.weights.pointer(out),
        bias: frame.weights.pointer(bias), t: frame.weights.pointer(t))
    }
    // In evaluation nothing but the block reads what it takes, so that it may write over it.
    let y =
      !isTraining && mayOverwrite(graph.nodes[node].inputs[0].index)
      ? newActivation(x.layout, buffer: x.buffer) : newActivation(x.layout)
    let (mask, scratch) = (newBuffer((maskBytes * images + 3) / 4), newBuffer(scratchCount))
    let active = isTraining ? newBuffer(inner * plane * images) : nil
    emit(reads: [x.buffer], writes: [y.buffer, mask, scratch] + (active.map { [$0] } ?? [])) { frame in
      var block = block(frame)
      for n in 0..<images {
        gk_sll_forward(
          &block, frame.pointer(x.buffer) + n * count, frame.pointer(y.buffer) + n * count,
          frame.bytes(mask) + n * maskBytes, active.map { frame.pointer($0) + n * inner * plane },
          frame.pointer(scratch))
      }
    }
    record(y) { gradient in
      let target = !self.isTraining && self.ownsGradient(node + 1) ? gradient : self.newBuffer(count * images)
      let scratch = self.newBuffer(scratchCount)
      let seen = self.isTraining ? self.newBuffer(inner * plane * images) : nil
      self.emit(reads: [gradient, mask], writes: [target, scratch] + (seen.map { [$0] } ?? [])) { frame in
        var block = block(frame)
        for n in 0..<images {
          gk_sll_gradient(
            &block, frame.pointer(gradient) + n * count, frame.pointer(target) + n * count,
            frame.bytes(mask) + n * maskBytes, seen.map { frame.pointer($0) + n * inner * plane },
            frame.pointer(scratch))
        }
      }
      if let active, let seen {
        let size = inner * channels * 9
        // Sums: of the kernel's gradient with t held fixed, of the bias's, and of t's.
        let sums = self.namedGradient(
          NamedGradient(count: size + 2 * inner) { sum, parameters in
            let kernel = parameters[names.weight]
            let own = SLLScales.kernelGradient(
              kernel.scalars, channels: channels, inner: inner, ofScales: Array(sum[(size + inner)...]))
            return [
              names.weight: Tensor(zip(sum[..<size], own).map { $0 + Float($1) }, kernel.shape),
              names.bias: Tensor(Array(sum[size..<size + inner]), [1, inner, 1, 1]),
              names.q: Tensor(zeros: [inner]),
            ]
          })
        self.emit(reads: [x.buffer, gradient, mask, active, seen], writes: [seen]) { frame in
          let (target, t) = (frame.sums.sum(sums), frame.weights.pointer(t))
          for n in 0..<frame.images {
            let image = n * inner * plane
            let (a, u) = (frame.pointer(active) + image, frame.pointer(seen) + image)
            let g = frame.pointer(gradient) + n * count
            gk_sll_kernel_gradient(channels, inner, x.layout.height, x.layout.width, -2, a, g, target)
            for i in 0..<inner where t[i] != 0 {
              // u becomes ∂/∂z = −2 t 1[z > 0] K g; the sum of −2 (K g) relu(z) is t's.
              let (ai, ui) = (a + i * plane, u + i * plane)
              target[size + inner + i] -= Float(2 * gk_dot(ai, ui, plane) / Double(t[i]))
              for p in 0..<plane { ui[p] = ai[p] > 0 ? -2 * t[i] * ui[p] : 0 }
              target[size + i] += Float(gk_sum(ui, plane))
            }
            for i in 0..<inner where t[i] == 0 { (u + i * plane).update(repeating: 0, count: plane) }
            gk_sll_kernel_gradient(
              channels, inner, x.layout.height, x.layout.width, 1, u, frame.pointer(x.buffer) + n * count, target)
          }
        }
      }
      self.contribute(to: x) { target }
    }
    return y
  }

  /// Whether a value's memory is written by one step and read by this one alone.
  private func mayOverwrite(_ value: Int) -> Bool {
    guard value > 0, readers(value) == 1 else { return false }
    switch graph.nodes[value - 1].op {
    case .sllConvolution, .padChannels: return true
    default: return false
    }
  }

  /// Whether the gradient of a value lies in memory that nothing else reads: its one reader writes it there.
  private func ownsGradient(_ value: Int) -> Bool {
    guard readers(value) == 1, let reader = graph.nodes.first(where: { $0.inputs.contains { $0.index == value } })
    else { return false }
    switch reader.op {
    case .sllConvolution, .averagePool: return true
    default: return false
    }
  }

  func lowerSLLLinear(_ node: Int, _ given: Activation, features: Int, inner: Int) throws -> Activation {
    let x = try plain(given)
    let names = SLLNames(graph.nodes[node], "weight")
    let images = chunk
    let weights = weightSlot(.parameter(names.weight), try .plain([inner, features]))
    let bias = weightSlot(.parameter(names.bias), try .plain([inner]))
    let t = weightSlot(
      .computed { parameters, target in
        let scales = SLLScales.linear(parameters[names.weight], q: parameters[names.q].scalars).scales
        target.update(from: scales.map { Float($0) }, count: inner)
      }, try .plain([inner]))
    let y = newActivation(x.layout)
    let active = newBuffer(inner * images)
    emit(reads: [x.buffer], writes: [y.buffer, active]) { frame in
      let held = frame.weights
      gk_sll_linear(
        held.pointer(weights), held.pointer(bias), held.pointer(t), inner, features, frame.pointer(x.buffer),
        frame.pointer(y.buffer), frame.pointer(active), images)
    }
    record(y) { gradient in
      let target = self.newBuffer(features * images)
      let seen = self.isTraining ? self.newBuffer(inner * images) : nil
      self.emit(reads: [gradient, active], writes: [target] + (seen.map { [$0] } ?? [])) { frame in
        let held = frame.weights
        gk_sll_linear_gradient(
          held.pointer(weights), held.pointer(t), inner, features, frame.pointer(active), frame.pointer(gradient),
          frame.pointer(target), seen.map { frame.pointer($0) }, images)
      }
      if let seen {
        let size = inner * features
        let sums = self.namedGradient(
          NamedGradient(count: size + 2 * inner) { sum, parameters in
            let weight = parameters[names.weight]
            let own = SLLScales.linearGradient(
              weight, q: parameters[names.q].scalars, ofScales: Array(sum[(size + inner)...]))
            return [
              names.weight: Tensor(Array(sum[..<size]), weight.shape) + own.weight,
              names.bias: Tensor(Array(sum[size..<size + inner]), [1, inner]),
              names.q: Tensor(own.q, [inner]),
            ]
          })
        self.emit(reads: [x.buffer, gradient, active, seen], writes: []) { frame in
          let (target, t) = (frame.sums.sum(sums), frame.weights.pointer(t))
          for n in 0..<frame.images {
            let (source, g) = (frame.pointer(x.buffer) + n * features, frame.pointer(gradient) + n * features)
            for i in 0..<inner {
              let (a, u) = (frame.pointer(active)[n * inner + i], frame.pointer(seen)[n * inner + i])
              guard a > 0 else { continue }
              let inside = -2 * t[i] * u
              gk_axpy(-2 * a, g, target + i * features, features)
              gk_axpy(inside, source, target + i * features, features)
              target[size + i] += inside
              target[size + inner + i] -= 2 * u * a / t[i]
            }
          }
        }
      }
      self.contribute(to: x) { target }
    }
    return y
  }
}

/// The names of a block's parameters.
private struct SLLNames: Sendable {
  let weight: String
  let bias: String
  let q: String

  init(_ node: Graph.Node, _ weight: String) {
    self.weight = node.parameter(weight)
    bias = node.parameter("bias")
    q = node.parameter("q")
  }
}
