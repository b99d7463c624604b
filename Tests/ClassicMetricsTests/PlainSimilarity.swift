/// Structural similarity as the papers write it, in Double, with no thought of speed: what the gradients are held to.
struct PlainSimilarity {
  struct Plane {
    var values: [Double]
    let height: Int
    let width: Int
  }

  static let window: [[Double]] = {
    let raw = (0..<11).map { i in
      (0..<11).map { j in
        let squared = Double((i - 5) * (i - 5) + (j - 5) * (j - 5))
        return exponential(-squared / (2 * 1.5 * 1.5))
      }
    }
    let sum = raw.joined().reduce(0, +)
    return raw.map { $0.map { $0 / sum } }
  }()

  private static func exponential(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for k in 1..<60 {
      term *= x / 64 / Double(k)
      sum += term
    }
    return (0..<6).reduce(sum) { power, _ in power * power }
  }

  /// Mean similarity and mean contrast-structure of two planes.
  static func means(_ x: Plane, _ y: Plane) -> (full: Double, contrast: Double) {
    var (full, contrast, count) = (0.0, 0.0, 0.0)
    for top in 0...x.height - 11 {
      for left in 0...x.width - 11 {
        func mean(_ f: (Double, Double) -> Double) -> Double {
          var sum = 0.0
          for i in 0..<11 {
            for j in 0..<11 {
              let at = (top + i) * x.width + left + j
              sum += window[i][j] * f(x.values[at], y.values[at])
            }
          }
          return sum
        }
        let (mx, my) = (mean { a, _ in a }, mean { _, b in b })
        let vx = mean { a, _ in (a - mx) * (a - mx) }
        let vy = mean { _, b in (b - my) * (b - my) }
        let vxy = mean { a, b in (a - mx) * (b - my) }
        let cs = (2 * vxy + 0.0009) / (vx + vy + 0.0009)
        full += (2 * mx * my + 0.0001) / (mx * mx + my * my + 0.0001) * cs
        contrast += cs
        count += 1
      }
    }
    return (full / count, contrast / count)
  }

  /// 2×2 means of sides of even length.
  static func halved(_ p: Plane) -> Plane {
    precondition(p.height % 2 == 0 && p.width % 2 == 0)
    var half = Plane(values: [], height: p.height / 2, width: p.width / 2)
    for y in 0..<half.height {
      for x in 0..<half.width {
        let at = 2 * y * p.width + 2 * x
        half.values.append(
          (p.values[at] + p.values[at + 1] + p.values[at + p.width] + p.values[at + p.width + 1]) / 4)
      }
    }
    return half
  }
}
