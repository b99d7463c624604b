internal import CKernels
internal import Glibc
internal import Tensors

/// The factors t of SLL blocks, which make W diag(t) Wᵀ at most the identity by diagonal dominance, and how they depend
/// on the weights. All in double precision, or rounded once.
enum SLLScales {
  /// t_i = 1 / Σ |K K̃|[i, j, u, v] over j and all displacements; 0 where the sum is 0.
  static func convolution(_ kernel: [Float], channels: Int, inner: Int) -> [Float] {
    correlationSums(kernel, channels, inner).map { $0 == 0 ? 0 : Float(1 / $0) }
  }

  /// Calls `body` with every correlation of two filters: i, j, its value, and the pairs of taps that it sums.
  private static func correlations(
    _ kernel: [Float], _ channels: Int, _ inner: Int,
    _ body: (_ i: Int, _ j: Int, _ value: Double, _ pairs: [(Int, Int)]) -> Void
  ) {
    for i in 0..<inner {
      for j in 0..<inner {
        for down in -2...2 {
          for right in -2...2 {
            var pairs: [(Int, Int)] = []
            for u in max(0, -down)..<min(3, 3 - down) {
              for v in max(0, -right)..<min(3, 3 - right) { pairs.append((u * 3 + v, (u + down) * 3 + v + right)) }
            }
            var value = 0.0
            for c in 0..<channels {
              for (a, b) in pairs {
                value += Double(kernel[(i * channels + c) * 9 + a]) * Double(kernel[(j * channels + c) * 9 + b])
              }
            }
            body(i, j, value, pairs)
          }
        }
      }
    }
  }

  private static func correlationSums(_ kernel: [Float], _ channels: Int, _ inner: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: inner)
    correlations(kernel, channels, inner) { i, _, value, _ in sums[i] += abs(value) }
    return sums
  }

  /// What the kernel's gradient gets through t.
  static func kernelGradient(_ kernel: [Float], channels: Int, inner: Int, ofScales: [Float]) -> [Double] {
    let outer = correlationSums(kernel, channels, inner).enumerated().map { index, sum in
      sum == 0 ? 0 : -Double(ofScales[index]) / (sum * sum)
    }
    var gradient = [Double](repeating: 0, count: kernel.count)
    correlations(kernel, channels, inner) { i, j, value, pairs in
      guard value != 0, outer[i] != 0 else { return }
      let factor = value > 0 ? outer[i] : -outer[i]
      for c in 0..<channels {
        let (first, second) = ((i * channels + c) * 9, (j * channels + c) * 9)
        for (a, b) in pairs {
          gradient[first + a] += factor * Double(kernel[second + b])
          gradient[second + b] += factor * Double(kernel[first + a])
        }
      }
    }
    return gradient
  }

  /// t_i = 1 / T_i with T_i = Σ_j |W Wᵀ|[i, j] exp(q_j − q_i); 0 where T_i is 0. Also T, and W Wᵀ.
  static func linear(_ weight: Tensor, q: [Float]) -> (scales: [Double], sums: [Double], gram: [Float]) {
    let (inner, features) = (weight.rows, weight.shape.rowCount)
    var gram = [Float](repeating: 0, count: inner * inner)
    weight.withScalars { w in
      gram.withUnsafeMutableBufferPointer { target in
        guard let base = w.baseAddress, let result = target.baseAddress else { return }
        gk_matmul_nt(base, base, result, inner, inner, features)
      }
    }
    let weights = q.map { exp(Double($0)) }
    let sums = (0..<inner).map { i -> Double in
      var sum = 0.0
      for j in 0..<inner { sum += Double(abs(gram[i * inner + j])) * weights[j] }
      return sum / weights[i]
    }
    return (sums.map { $0 == 0 ? 0 : 1 / $0 }, sums, gram)
  }

  /// What the weight's gradient gets through t, and q's.
  static func linearGradient(_ weight: Tensor, q: [Float], ofScales: [Float]) -> (weight: Tensor, q: [Float]) {
    let (inner, features) = (weight.rows, weight.shape.rowCount)
    let (_, sums, gram) = linear(weight, q: q)
    var ofGram = [Float](repeating: 0, count: inner * inner)
    var ofQ = [Double](repeating: 0, count: inner)
    for i in 0..<inner where sums[i] != 0 {
      let outer = -Double(ofScales[i]) / (sums[i] * sums[i])
      for j in 0..<inner {
        let value = gram[i * inner + j]
        let factor = outer * exp(Double(q[j]) - Double(q[i]))
        let share = factor * Double(abs(value))
        ofQ[j] += share
        ofQ[i] -= share
        let signed = Float(value > 0 ? factor : value < 0 ? -factor : 0)
        ofGram[i * inner + j] += signed
        ofGram[j * inner + i] += signed
      }
    }
    let gradient = Tensor(unsafeUninitialized: weight.shape) { target in
      weight.withScalars { w in
        guard let source = w.baseAddress, let result = target.baseAddress else { return }
        gk_matmul_nn(ofGram, source, result, inner, features, inner)
      }
    }
    return (gradient, ofQ.map { Float($0) })
  }
}
