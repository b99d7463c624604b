internal import CKernels

/// Sums over windows times a factor, window by window and axis by axis: the average poolings that have rules of their
/// own for what they divide by.
struct WindowAverage: Sendable {
  /// The windows of one axis: where each begins and ends, and its factor.
  struct Axis: Sendable {
    var starts: [Int32] = []
    var ends: [Int32] = []
    var factors: [Float] = []

    /// Windows that cover `extent`, window i from ⌊i extent / count⌋ to ⌈(i + 1) extent / count⌉.
    init(covering extent: Int, count: Int) {
      for i in 0..<count { append(i * extent / count, ((i + 1) * extent + count - 1) / count) }
    }

    /// - Parameters:
    ///   - countsPadding: whether padding counts in the divisor; what lies behind it never does.
    ///   - isDivided: whether the factor is one over the count, or 1.
    init(
      _ extent: Int, count: Int, size: Int, stride: Int, padding: Int, countsPadding: Bool, isDivided: Bool
    ) {
      for i in 0..<count {
        let start = i * stride - padding
        let end = min(start + size, extent + padding)
        let inside = (max(start, 0), min(end, extent))
        append(inside.0, inside.1)
        let divisor = countsPadding ? end - start : inside.1 - inside.0
        factors[i] = isDivided ? 1 / Float(divisor) : 1
      }
    }

    private mutating func append(_ start: Int, _ end: Int) {
      starts.append(Int32(start))
      ends.append(Int32(end))
      factors.append(1 / Float(end - start))
    }
  }

  let rows: Axis
  let columns: Axis
  /// What every window is multiplied by besides.
  var factor: Float = 1

  fileprivate func call(
    _ function: (
      UnsafePointer<gk_windows>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int
    ) -> Void, _ height: Int, _ width: Int, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>,
    planes: Int
  ) {
    rows.starts.withUnsafeBufferPointer { rowStarts in
      rows.ends.withUnsafeBufferPointer { rowEnds in
        rows.factors.withUnsafeBufferPointer { rowFactors in
          columns.starts.withUnsafeBufferPointer { columnStarts in
            columns.ends.withUnsafeBufferPointer { columnEnds in
              columns.factors.withUnsafeBufferPointer { columnFactors in
                var windows = gk_windows(
                  height: height, width: width, rows: rowStarts.count, columns: columnStarts.count,
                  row_starts: rowStarts.baseAddress, row_ends: rowEnds.baseAddress,
                  row_factors: rowFactors.baseAddress, column_starts: columnStarts.baseAddress,
                  column_ends: columnEnds.baseAddress, column_factors: columnFactors.baseAddress, factor: factor)
                function(&windows, source, target, planes)
              }
            }
          }
        }
      }
    }
  }
}

extension Lowering {
  func lowerWindowAverage(_ node: Int, _ given: Activation, _ average: WindowAverage) throws -> Activation {
    let x = try plain(given)
    let shape = shapes[node + 1]
    let y = newActivation(Layout(of: [shape[1], shape[2], shape[3]]), isOnlyImages: x.isOnlyImages)
    let (height, width, planes) = (x.layout.height, x.layout.width, x.layout.channels * chunk)
    let scratch = newBuffer(width)
    emit(reads: [x.buffer], writes: [y.buffer, scratch]) { frame in
      let row = frame.pointer(scratch)
      average.call(
        { gk_window_average($0, $1, row, $2, $3) }, height, width, frame.pointer(x.buffer), frame.pointer(y.buffer),
        planes: planes)
    }
    record(y) { gradient in
      self.contribute(to: x) {
        let target = self.newBuffer(x.layout.count * self.chunk)
        let scratch = self.newBuffer(width)
        self.emit(reads: [gradient], writes: [target, scratch]) { frame in
          let row = frame.pointer(scratch)
          average.call(
            { gk_window_average_gradient($0, $1, row, $2, $3) }, height, width, frame.pointer(gradient),
            frame.pointer(target), planes: planes)
        }
        return target
      }
    }
    return y
  }
}
