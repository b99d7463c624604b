internal import CKernels

/// Mean and sum of squared deviations of a chunk's real images, by channel, for `MomentsBarrier`.
struct MomentsStep: Step {
  let source: Int
  /// 2 · padded channels doubles.
  let target: Int
  let layout: Layout
  var reads: [Int] { [source] }
  var writes: [Int] { [target] }

  func run(_ frame: Frame) {
    let moments = frame.doubles(target)
    gk_net_moments(
      frame.pointer(source), moments, moments + layout.paddedChannels, frame.images, layout.blocks, layout.spatial,
      layout.lanes)
  }
}

/// Applies batch statistics: x · scale + shift (+ other), rectified if asked for.
struct NormStep: Step {
  let source: Int
  let other: Int?
  let target: Int
  let norm: Int
  let rectifies: Bool
  let layout: Layout
  let images: Int
  var reads: [Int] { [source] + (other.map { [$0] } ?? []) }
  var writes: [Int] { [target] }

  func run(_ frame: Frame) {
    guard let run = frame.run else { preconditionFailure("batch statistics outside of training") }
    let state = run.norms[norm]
    gk_net_scale_shift(
      frame.pointer(source), state.scale, state.shift, other.map { UnsafePointer(frame.pointer($0)) },
      rectifies ? 1 : 0, frame.pointer(target), images, layout.blocks, layout.spatial, layout.lanes)
  }
}

/// Sums of a norm's gradient, by channel, for `NormGradientBarrier`.
struct NormSumsStep: Step {
  let gradient: Int
  let source: Int
  /// 2 · padded channels doubles.
  let target: Int
  let norm: Int
  let layout: Layout
  var reads: [Int] { [gradient, source] }
  var writes: [Int] { [target] }

  func run(_ frame: Frame) {
    guard let run = frame.run else { preconditionFailure("batch statistics outside of training") }
    let state = run.norms[norm]
    let sums = frame.doubles(target)
    gk_net_norm_sums(
      frame.pointer(gradient), frame.pointer(source), state.mean, state.inverse, sums, sums + layout.paddedChannels,
      frame.images, layout.blocks, layout.spatial, layout.lanes)
  }
}

/// The gradient with respect to a norm's input, statistics included.
struct NormGradientStep: Step {
  let gradient: Int
  let source: Int
  let target: Int
  let norm: Int
  let layout: Layout
  let images: Int
  var reads: [Int] { [gradient, source] }
  var writes: [Int] { [target] }

  func run(_ frame: Frame) {
    guard let run = frame.run else { preconditionFailure("batch statistics outside of training") }
    let state = run.norms[norm]
    let result = frame.pointer(target)
    gk_net_norm_gradient(
      frame.pointer(gradient), frame.pointer(source), state.mean, state.inverse, state.scale, state.gradientMean,
      state.gradientDot, result, frame.images, layout.blocks, layout.spatial, layout.lanes)
    // Images that only fill the chunk take no part.
    (result + frame.images * layout.count).update(repeating: 0, count: (images - frame.images) * layout.count)
  }
}

/// Statistics of the whole batch from those of its chunks (Chan, Golub & LeVeque's pairwise update, in chunk order).
struct MomentsBarrier: Barrier {
  let norm: Int
  let buffer: Int
  let layout: Layout

  func join(_ run: TrainingRun) {
    let state = run.norms[norm]
    for c in 0..<layout.channels {
      var (count, mean, m2) = (0.0, 0.0, 0.0)
      for frame in run.frames {
        let moments = frame.doubles(buffer)
        let n = Double(frame.images * layout.spatial)
        let delta = moments[c] - mean
        let total = count + n
        m2 += moments[layout.paddedChannels + c] + delta * delta * count * n / total
        mean += delta * n / total
        count = total
      }
      state.setStatistics(c, mean: mean, variance: m2 / count, count: count)
    }
  }
}

/// Gradients of a norm's scale and shift, and the means that its input's gradient needs.
struct NormGradientBarrier: Barrier {
  let norm: Int
  let buffer: Int
  let layout: Layout

  func join(_ run: TrainingRun) {
    let state = run.norms[norm]
    let count = Double(run.images * layout.spatial)
    for c in 0..<layout.channels {
      var (sum, dot) = (0.0, 0.0)
      for frame in run.frames {
        let sums = frame.doubles(buffer)
        sum += sums[c]
        dot += sums[layout.paddedChannels + c]
      }
      state.shiftGradient[c] = Float(sum)
      state.scaleGradient[c] = Float(dot)
      state.gradientMean[c] = Float(sum / count)
      state.gradientDot[c] = Float(dot / count)
    }
  }
}
