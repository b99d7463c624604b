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
// Pointers rather than buffers, and arithmetic that does not trap, let the inner loops become vector code.

/// Half a unit of the last place that survives.
private let half = Int32(1) << (ResamplingTable.precision - 1)

@inline(__always)
private func clipped(_ sum: Int32) -> UInt8 {
  UInt8(truncatingIfNeeded: max(0, min(255, sum >> Int32(ResamplingTable.precision))))
}

extension Picture {
  private typealias Bytes = UnsafePointer<UInt8>

  /// A picture of another size whose bytes `body` writes, all of them, from the bytes of this one.
  private func rewritten(
    width newWidth: Int, height newHeight: Int, _ body: (Bytes, UnsafeMutablePointer<UInt8>) -> Void
  ) -> Picture {
    let size = newWidth * newHeight * 3
    let result = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      pixels.withUnsafeBufferPointer { source in
        if let from = source.baseAddress, let to = target.baseAddress { body(from, to) }
      }
      count = size
    }
    return Picture(width: newWidth, height: newHeight, pixels: result)
  }

  private func resizedRows(to newWidth: Int, _ filter: ResamplingFilter) -> Picture {
    if newWidth == width { return self }
    let table = ResamplingTable(from: width, to: newWidth, filter: filter)
    return rewritten(width: newWidth, height: height) { source, target in
      table.withPointers { starts, counts, weights in
        var target = target
        for y in 0..<height {
          let line = source + y &* width &* 3
          for x in 0..<newWidth {
            var sample = line + starts[x] &* 3
            let weight = weights + x &* table.stride
            var (red, green, blue) = (half, half, half)
            for j in 0..<counts[x] {
              red &+= Int32(sample[0]) &* weight[j]
              green &+= Int32(sample[1]) &* weight[j]
              blue &+= Int32(sample[2]) &* weight[j]
              sample += 3
            }
            target[0] = clipped(red)
            target[1] = clipped(green)
            target[2] = clipped(blue)
            target += 3
          }
        }
      }
    }
  }

  private func resizedColumns(to newHeight: Int, _ filter: ResamplingFilter) -> Picture {
    if newHeight == height { return self }
    let table = ResamplingTable(from: height, to: newHeight, filter: filter)
    let stride = width * 3
    return rewritten(width: width, height: newHeight) { source, target in
      table.withPointers { starts, counts, weights in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: stride) { buffer in
          let sums = buffer.baseAddress!
          for y in 0..<newHeight {
            buffer.initialize(repeating: half)
            for j in 0..<counts[y] {
              let weight = weights[y &* table.stride &+ j]
              let line = source + (starts[y] &+ j) &* stride
              for x in 0..<stride { sums[x] &+= Int32(line[x]) &* weight }
            }
            let row = target + y &* stride
            for x in 0..<stride { row[x] = clipped(sums[x]) }
          }
        }
      }
    }
  }
}
