extension Picture {
  /// The picture at another size, bit for bit as `resize` of Pillow 13 (without a reducing gap) makes it: the kernel
  /// grows with the reduction; rows and columns are resized one after the other, each pass in 22-bit fixed point and
  /// rounded to 8 bits.
  ///
  /// Rows come first, except where the height loses more than twice as many pixels as the width. (Before version 13
  /// Pillow always began with the rows. The order shows in the rounding between the passes only, and with `bicubic` in
  /// what overshoots there.)
  public func resized(width: Int, height: Int, filter: ResamplingFilter) -> Picture {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, got \(width)×\(height)")
    let columnsFirst = height < self.height && self.height - height > 2 * (self.width - width)
    return columnsFirst
      ? resizedColumns(to: height, filter).resizedRows(to: width, filter)
      : resizedRows(to: width, filter).resizedColumns(to: height, filter)
  }

  /// The picture scaled so that its shorter side has `side` pixels, as torchvision's `Resize(side)`: the longer side is
  /// `side × long / short`, rounded down.
  /// - Throws: `PictureError.resultTooLarge`: a picture of 1 × 60,000 pixels may be small, its enlargement is not.
  public func resizedShorterSide(
    to side: Int, filter: ResamplingFilter = .bilinear, limits: PictureLimits = .default
  ) throws -> Picture {
    precondition(side > 0, "a picture has at least one pixel, got a shorter side of \(side)")
    let short = Swift.min(width, height)
    let long = Int(min(Double(side) * Double(Swift.max(width, height)) / Double(short), 0x1p62))
    let (newWidth, newHeight) = width <= height ? (side, long) : (long, side)
    guard limits.allows(width: newWidth, height: newHeight) else {
      throw PictureError.resultTooLarge(width: newWidth, height: newHeight, limits: limits)
    }
    return resized(width: newWidth, height: newHeight, filter: filter)
  }
}

// The unsafe island: offsets are those of a `ResamplingTable`, whose ranges lie inside of the line it was made for.

/// Half a unit of the last place that survives.
private let half = Int32(1) << (ResamplingTable.precision - 1)

@inline(__always)
private func clipped(_ sum: Int32) -> UInt8 {
  UInt8(truncatingIfNeeded: max(0, min(255, sum >> Int32(ResamplingTable.precision))))
}

extension Picture {
  private func resizedRows(to newWidth: Int, _ filter: ResamplingFilter) -> Picture {
    if newWidth == width { return self }
    let table = ResamplingTable(from: width, to: newWidth, filter: filter)
    let result = [UInt8](unsafeUninitializedCapacity: newWidth * height * 3) { target, count in
      pixels.withUnsafeBufferPointer { source in
        table.weights.withUnsafeBufferPointer { weights in
          var place = 0
          for y in 0..<height {
            for x in 0..<newWidth {
              var offset = (y * width + table.starts[x]) * 3
              let first = x * table.stride
              var (red, green, blue) = (half, half, half)
              for index in first..<first + table.counts[x] {
                let weight = weights[index]
                red &+= Int32(source[offset]) &* weight
                green &+= Int32(source[offset + 1]) &* weight
                blue &+= Int32(source[offset + 2]) &* weight
                offset += 3
              }
              target[place] = clipped(red)
              target[place + 1] = clipped(green)
              target[place + 2] = clipped(blue)
              place += 3
            }
          }
        }
      }
      count = newWidth * height * 3
    }
    return Picture(width: newWidth, height: height, pixels: result)
  }

  private func resizedColumns(to newHeight: Int, _ filter: ResamplingFilter) -> Picture {
    if newHeight == height { return self }
    let table = ResamplingTable(from: height, to: newHeight, filter: filter)
    let stride = width * 3
    let result = [UInt8](unsafeUninitializedCapacity: stride * newHeight) { target, count in
      pixels.withUnsafeBufferPointer { source in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: stride) { sums in
          for y in 0..<newHeight {
            sums.initialize(repeating: half)
            for index in 0..<table.counts[y] {
              let weight = table.weights[y * table.stride + index]
              let line = (table.starts[y] + index) * stride
              for x in 0..<stride { sums[x] &+= Int32(source[line + x]) &* weight }
            }
            for x in 0..<stride { target[y * stride + x] = clipped(sums[x]) }
          }
        }
      }
      count = stride * newHeight
    }
    return Picture(width: width, height: newHeight, pixels: result)
  }
}
