internal import CKernels
internal import Gradients
internal import Tensors

/// y = √(Σ g x² + 1e-12) over 3×3 windows with stride 2 and a margin of zeros, g the Hann window [1 2 1]ᵀ[1 2 1] / 16:
/// [N, C, H, W] → [N, C, ⌈H/2⌉, ⌈W/2⌉]. What DISTS has for max pooling. (Hénaff & Simoncelli, "Geodesics of learned
/// representations", 2016.)
@Sendable func hannPooled(_ features: Variable) -> Variable {
  let x = features.value
  let (height, width) = (x.shape[2], x.shape[3])
  let shape: Shape = [x.shape[0], x.shape[1], (height + 1) / 2, (width + 1) / 2]
  let (size, pooled, planes) = (height * width, shape[2] * shape[3], shape[0] * shape[1])
  let y = Tensor(unsafeUninitialized: shape) { target in
    x.withScalars { source in
      guard let from = source.baseAddress, let to = target.baseAddress else { return }
      let (source, result) = (Unchecked(from), Unchecked(to))
      Workers.forEach(planes) {
        gk_hann_pool(source.value + $0 * size, 1e-12, height, width, result.value + $0 * pooled)
      }
    }
  }
  return Variable(y, from: [features]) { seed in
    let gradient = Tensor(unsafeUninitialized: x.shape) { target in
      x.withScalars { x in
        y.withScalars { y in
          seed.withScalars { seed in
            guard let x = x.baseAddress, let y = y.baseAddress, let seed = seed.baseAddress,
              let to = target.baseAddress
            else { return }
            let all = Unchecked((x: x, y: y, seed: seed, to: to))
            Workers.forEach(planes) {
              gk_hann_pool_gradient(
                all.value.x + $0 * size, all.value.y + $0 * pooled, all.value.seed + $0 * pooled, height, width,
                all.value.to + $0 * size)
            }
          }
        }
      }
    }
    return [gradient]
  }
}
