internal import CKernels

/// max(x, 0).
struct RectifierStep: Step {
  let source: Int
  let target: Int
  let count: Int
  var reads: [Int] { [source] }
  var writes: [Int] { [target] }

  func run(_ frame: Frame) { gk_net_relu(frame.pointer(source), frame.pointer(target), count) }
}

/// The sum of one or two buffers, zero where `mask` is not positive: also a copy, a sum of gradients, and the gradient of
/// a rectifier from its output.
struct SumStep: Step {
  let first: Int
  let second: Int?
  let mask: Int?
  let target: Int
  let count: Int
  var reads: [Int] { [first, second, mask].compactMap { $0 } }
  var writes: [Int] { [target] }

  func run(_ frame: Frame) {
    gk_net_sum_mask(
      frame.pointer(first), second.map { UnsafePointer(frame.pointer($0)) },
      mask.map { UnsafePointer(frame.pointer($0)) }, frame.pointer(target), count)
  }
}

/// x · scale + shift by channel: pixel normalisation, and batch norms without a convolution to be folded into.
struct ScaleShiftStep: Step {
  let source: Int
  let target: Int
  let layout: Layout
  let images: Int
  /// Slots of packed weights.
  let scale: Int
  let shift: Int?
  var reads: [Int] { [source] }
  var writes: [Int] { [target] }

  func run(_ frame: Frame) {
    gk_net_scale_shift(
      frame.pointer(source), frame.weights.pointer(scale), shift.map { UnsafePointer(frame.weights.pointer($0)) }, nil,
      0, frame.pointer(target), images, layout.blocks, layout.spatial, layout.lanes)
  }
}

/// The mean over positions, and its gradient.
struct GlobalAverageStep: Step {
  let source: Int
  let target: Int
  /// Of the image side.
  let layout: Layout
  let images: Int
  let isGradient: Bool
  var reads: [Int] { [source] }
  var writes: [Int] { [target] }

  func run(_ frame: Frame) {
    let kernel = isGradient ? gk_net_global_average_gradient : gk_net_global_average
    kernel(frame.pointer(source), frame.pointer(target), images, layout.channels, layout.spatial, layout.lanes)
  }
}

/// The images' gradient of a convolution with few input channels, where oneDNN has no fast primitive.
struct StemGradientStep: Step {
  let geometry: gk_net_stem
  let source: Int
  let target: Int
  let scratch: Int
  let images: Int
  let weights: Int
  var reads: [Int] { [source] }
  var writes: [Int] { [target, scratch] }

  func run(_ frame: Frame) {
    withUnsafePointer(to: geometry) {
      gk_net_stem_gradient(
        $0, frame.pointer(source), frame.weights.pointer(weights), frame.pointer(target), frame.pointer(scratch),
        images)
    }
  }
}
