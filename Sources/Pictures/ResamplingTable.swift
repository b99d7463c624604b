/// Which input samples make each output sample of a line, with what weights.
///
/// An output sample i has its centre at (i + 1/2) s of the input, s = input / output. When shrinking, the kernel is
/// stretched by s (that is the antialiasing). Weights are normalised to the sum 1 over the samples that exist, then
/// held as integers in units of 2^-22.
struct ResamplingTable {
  /// Fractional bits of a weight: 32 less 8 of the sample and 2 for what overshoots.
  static let precision = 22

  let starts: [Int]
  let counts: [Int]
  /// `stride` weights for each output sample, of which the first `counts[i]` matter.
  let weights: [Int32]
  let stride: Int

  init(from input: Int, to output: Int, filter: ResamplingFilter) {
    let scale = Double(input) / Double(output)
    let stretch = max(scale, 1)
    let support = filter.support * stretch
    let stride = Int(support.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: output * stride)
    var line = [Double](repeating: 0, count: stride)
    let inverse = 1 / stretch
    for i in 0..<output {
      let center = (Double(i) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let count = min(Int(center + support + 0.5), input) - start
      var sum = 0.0
      for j in 0..<count {
        line[j] = filter.weight(at: (Double(j + start) - center + 0.5) * inverse)
        sum += line[j]
      }
      for j in 0..<count {
        let weight = (sum == 0 ? line[j] : line[j] / sum) * Double(1 << ResamplingTable.precision)
        weights[i * stride + j] = Int32(weight < 0 ? weight - 0.5 : weight + 0.5)
      }
      starts.append(start)
      counts.append(count)
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
    self.stride = stride
  }

  /// Starts, counts and weights without bounds checks.
  func withPointers<R>(
    _ body: (UnsafePointer<Int>, UnsafePointer<Int>, UnsafePointer<Int32>) throws -> R
  ) rethrows -> R {
    precondition(!starts.isEmpty, "a table has at least one output sample")
    return try starts.withUnsafeBufferPointer { starts in
      try counts.withUnsafeBufferPointer { counts in
        try weights.withUnsafeBufferPointer { weights in
          try body(starts.baseAddress!, counts.baseAddress!, weights.baseAddress!)
        }
      }
    }
  }
}
