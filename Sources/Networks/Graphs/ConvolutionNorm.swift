/// Proved upper bounds of the norm of a convolution with zero padding, from images to images in ℓ2.
///
/// Padding and finite images restrict the convolution of the infinite plane, whose norm bounds theirs. A step takes some
/// of its results: with step s an input meets only the taps of its own residue class modulo s.
struct ConvolutionNorm {
  /// [outputs, inputs / groups, kernel].
  let weight: [Float]
  let inputs: Int
  let outputs: Int
  let kernel: Extent
  let stride: Extent
  let dilation: Extent
  let groups: Int

  private var taps: Int { kernel.height * kernel.width }
  private var perInput: Int { inputs / groups }
  private var perOutput: Int { outputs / groups }

  /// Groups read and write channels of their own: the norm is the largest of theirs.
  var bound: Double { (0..<groups).reduce(0) { max($0, bound(group: $1)) } }

  private func bound(group: Int) -> Double { min(sums(group), flattened(group), byTap(group)) }

  private func value(_ group: Int, _ output: Int, _ input: Int, _ tap: Int) -> Double {
    Double(weight[((group * perOutput + output) * perInput + input) * taps + tap])
  }

  /// Which inputs a tap meets, of stride.height × stride.width classes.
  private func residue(_ tap: Int) -> Int {
    let (row, column) = (tap / kernel.width * dilation.height, tap % kernel.width * dilation.width)
    return row % stride.height * stride.width + column % stride.width
  }

  private var classes: [[Int]] {
    var result = [[Int]](repeating: [], count: stride.height * stride.width)
    for tap in 0..<taps { result[residue(tap)].append(tap) }
    return result.filter { !$0.isEmpty }
  }

  /// √(‖·‖₁ ‖·‖∞): an output sums all inputs and taps, an input reaches all outputs by the taps of its class.
  private func sums(_ group: Int) -> Double {
    var (row, column) = (0.0, 0.0)
    for o in 0..<perOutput {
      var sum = 0.0
      for i in 0..<perInput { for tap in 0..<taps { sum += abs(value(group, o, i, tap)) } }
      row = max(row, sum)
    }
    for taps in classes {
      for i in 0..<perInput {
        var sum = 0.0
        for o in 0..<perOutput { for tap in taps { sum += abs(value(group, o, i, tap)) } }
        column = max(column, sum)
      }
    }
    return roundedUp((row * column).squareRoot(), terms: (perInput + perOutput) * taps)
  }

  /// A convolution is the sum of its taps' matrices applied to displaced images, and the classes of inputs are disjoint:
  /// its square is at most the sum over classes of (Σ over the class's taps of ‖W_tap‖)².
  private func byTap(_ group: Int) -> Double {
    // As dear as all the other bounds together for large kernels, which it never suits.
    guard taps <= 9 else { return .infinity }
    var squares = 0.0
    for taps in classes {
      let sum = taps.reduce(0.0) { sum, tap in
        sum + DenseMatrix(perOutput, perInput) { value(group, $0, $1, tap) }.leastBound
      }
      squares += sum * sum
    }
    return roundedUp(squares.squareRoot(), terms: taps + 4)
  }

  /// The weight as a matrix, times a root of a number of taps. With rows (output) or (output, tap row or column) and
  /// columns the rest: √(kh kw) times its norm (Singla & Feizi, "Fantastic four", 2021); at each frequency the kernel is
  /// that matrix between two isometries times √kh and √kw. For rows (output) alone the root is that of how many windows an
  /// input is in, the largest class of taps.
  private func flattened(_ group: Int) -> Double {
    let (height, width) = (kernel.height, kernel.width)
    let all = Double(taps).squareRoot().nextUp
    let most = Double(classes.map(\.count).max() ?? 0)
    let least = most == 1 ? 1 : most.squareRoot().nextUp
    var best = productRoundedUp(
      least,
      DenseMatrix(perOutput, perInput * taps) { value(group, $0, $1 / taps, $1 % taps) }.leastBound)
    guard taps > 1 else { return best }
    let inputs = DenseMatrix(perInput, perOutput * taps) { value(group, $1 / taps, $0, $1 % taps) }
    best = min(best, productRoundedUp(all, inputs.leastBound))
    // The others are nearly square, and of large layers dear without being much better.
    guard min(perOutput, perInput) * max(height, width) <= 800 else { return best }
    let others = [
      DenseMatrix(perOutput * height, perInput * width) { row, column in
        value(group, row / height, column / width, row % height * width + column % width)
      },
      DenseMatrix(perOutput * width, perInput * height) { row, column in
        value(group, row / width, column / height, column % height * width + row % width)
      },
    ]
    for matrix in others { best = min(best, productRoundedUp(all, matrix.leastBound)) }
    return best
  }
}
