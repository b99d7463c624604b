public import Tensors

// Axes: C channels, H height, W width.

extension Picture {
  /// The picture as a tensor [3, H, W] of values v / 255 in [0, 1].
  public func tensor() -> Tensor {
    let plane = width * height
    return Tensor(unsafeUninitialized: [3, height, width]) { target in
      pixels.withUnsafeBufferPointer { source in
        for channel in 0..<3 {
          for i in 0..<plane { target[channel * plane + i] = Float(source[3 * i + channel]) / 255 }
        }
      }
    }
  }

  /// The brightness of every pixel, rounded: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) in 16-bit fixed point, as
  /// Pillow's `convert("L")`. H × W values.
  public var luma: [UInt8] {
    let plane = width * height
    return [UInt8](unsafeUninitializedCapacity: plane) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<plane {
          let (red, green, blue) = (UInt32(source[3 * i]), UInt32(source[3 * i + 1]), UInt32(source[3 * i + 2]))
          target[i] = UInt8(truncatingIfNeeded: (red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16)
        }
      }
      count = plane
    }
  }

  /// The brightness as a tensor [1, H, W] of values in [0, 1].
  public func lumaTensor() -> Tensor {
    let luma = luma
    return Tensor(unsafeUninitialized: [1, height, width]) { target in
      for i in luma.indices { target[i] = Float(luma[i]) / 255 }
    }
  }

  /// A picture of the values of a tensor [3, H, W], or [1, H, W] for gray: 255 v, ties rounded away from zero, cut off
  /// at 0 and 255. NaN becomes 0.
  public init(_ tensor: Tensor) {
    let shape = tensor.shape
    precondition(
      shape.rank == 3 && (shape[0] == 3 || shape[0] == 1) && shape[1] > 0 && shape[2] > 0,
      "a picture is made of a tensor [3, H, W] or [1, H, W], got \(shape)")
    let plane = shape[1] * shape[2]
    let step = shape[0] == 3 ? plane : 0
    let pixels = [UInt8](unsafeUninitializedCapacity: plane * 3) { target, count in
      tensor.withScalars { source in
        for i in 0..<plane {
          for channel in 0..<3 {
            let value = (source[channel * step + i] * 255).rounded(.toNearestOrAwayFromZero)
            target[3 * i + channel] = value >= 0 ? UInt8(min(value, 255)) : 0
          }
        }
      }
      count = plane * 3
    }
    self.init(width: shape[2], height: shape[1], pixels: pixels)
  }
}
