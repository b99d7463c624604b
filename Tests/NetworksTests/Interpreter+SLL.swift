import Foundation
import Networks

/// The 1-Lipschitz blocks, from their definition.
extension Interpreter {
  func sllConvolution(_ name: String, _ x: Value, _ inner: Int) -> Value {
    let (kernel, bias) = (parameters[name + ".kernel"]!, parameters[name + ".bias"]!)
    func k(_ i: Int, _ c: Int, _ u: Int, _ v: Int) -> Double {
      (0..<3).contains(u) && (0..<3).contains(v) ? kernel[((i * x.c + c) * 3 + u) * 3 + v] : 0
    }
    let scales = (0..<inner).map { i -> Double in
      var sum = 0.0
      for j in 0..<inner {
        for down in -2...2 {
          for right in -2...2 {
            var value = 0.0
            for c in 0..<x.c {
              for u in 0..<3 { for v in 0..<3 { value += k(i, c, u, v) * k(j, c, u + down, v + right) } }
            }
            sum += abs(value)
          }
        }
      }
      return sum == 0 ? 0 : 1 / sum
    }
    var active = Value(x.n, inner, x.h, x.w)
    var y = x
    for n in 0..<x.n {
      for i in 0..<inner {
        for a in 0..<x.h {
          for b in 0..<x.w {
            var z = bias[i]
            for c in 0..<x.c {
              for u in 0..<3 {
                for v in 0..<3 where (0..<x.h).contains(a + u - 1) && (0..<x.w).contains(b + v - 1) {
                  z += k(i, c, u, v) * x[n, c, a + u - 1, b + v - 1]
                }
              }
            }
            active[n, i, a, b] = scales[i] * max(z, 0)
          }
        }
      }
      for i in 0..<inner {
        for c in 0..<x.c {
          for a in 0..<x.h {
            for b in 0..<x.w {
              for u in 0..<3 {
                for v in 0..<3 where (0..<x.h).contains(a + u - 1) && (0..<x.w).contains(b + v - 1) {
                  y[n, c, a + u - 1, b + v - 1] -= 2 * k(i, c, u, v) * active[n, i, a, b]
                }
              }
            }
          }
        }
      }
    }
    return y
  }

  func sllLinear(_ name: String, _ x: Value, _ inner: Int) -> Value {
    let (weight, bias, q) = (parameters[name + ".weight"]!, parameters[name + ".bias"]!, parameters[name + ".q"]!)
    let width = x.c
    var y = x
    for i in 0..<inner {
      var sum = 0.0
      for j in 0..<inner {
        let product = (0..<width).reduce(0.0) { $0 + weight[i * width + $1] * weight[j * width + $1] }
        sum += abs(product) * exp(q[j] - q[i])
      }
      let t = sum == 0 ? 0 : 1 / sum
      for n in 0..<x.n {
        let z = (0..<width).reduce(bias[i]) { $0 + weight[i * width + $1] * x[n, $1, 0, 0] }
        for c in 0..<width { y[n, c, 0, 0] -= 2 * weight[i * width + c] * t * max(z, 0) }
      }
    }
    return y
  }
}
