internal import Glibc
public import Tensors

/// Search over Beta distributions of the perturbation (Zhou et al., "Practical relative order attack in deep ranking",
/// ICCV 2021, after natural evolution with other distributions).
///
/// Every block of pixels has a perturbation ε(2s − 1), s ~ Beta(a, b), a = b = 1 at first: uniform. A round draws 50 images
/// and moves a ← a + η·mean(score · ∂ log p(s)/∂a), b likewise, the products cut to [−5, 5], a and b to [1e-7, 1e3];
/// η = 3 above 1000 pixels, else 0.5. The score is the first of what is measured, raised. The best image that was met is
/// proposed, or the clean one. For ℓ∞.
public struct BetaSearch: Search {
  public let queries: Int
  public let population: Int
  /// η; nil: by the size of the image.
  public let rate: Double?

  public init(queries: Int, population: Int = 50, rate: Double? = nil) {
    precondition(queries >= 1 && population >= 1, "queries and a population expected, got \(queries), \(population)")
    self.queries = queries
    self.population = min(population, queries)
    self.rate = rate
  }

  /// Passes that one sample takes, the clean image's among them.
  public var expectedCost: Cost { Cost(forwards: queries / population * population + 1) }

  /// - Throws: `PluginError.unusable` for another norm than ℓ∞.
  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    guard threat.norm == .linf else {
      throw PluginError.unusable(
        plugin: "beta", reason: "it searches linf balls, and was given \(threat); take search=random or search=pso")
    }
    let (height, width) = (images.shape[2], images.shape[3])
    let noise = CoarseNoise(height: height, width: width)
    let blocks = images.shape[1] * (height / noise.block) * (width / noise.block)
    let rate = rate ?? (images.shape.rowCount > 1000 ? 3 : 0.5)
    var shapes = [[BetaShape]](repeating: [BetaShape](repeating: BetaShape(), count: blocks), count: samples.count)
    var (best, bestScores) = (images, try objective.scores(at: images, samples: samples))
    for round in 0..<queries / population {
      var slopes = shapes.map { $0.map { _ in (a: 0.0, b: 0.0) } }
      for number in 0..<population {
        var next = images
        var draws: [[Double]] = []
        for row in samples.indices {
          var random = seeds.stream("beta", sample: samples[row], restart: number, step: round)
          let drawn = shapes[row].map { $0.drawn(using: &random) }
          var place = 0
          let clean = images.rows([row])
          let offset = noise.drawn(clean.shape) {
            place += 1
            return Float(threat.epsilon * (2 * drawn[place - 1] - 1))
          }
          next.setRows([row], to: clean + offset)
          draws.append(drawn)
        }
        next = threat.projected(next, around: images)
        let found = try objective.scores(at: next, samples: samples)
        for row in samples.indices {
          if found[row] > bestScores[row] {
            bestScores[row] = found[row]
            best.setRows([row], to: next.rows([row]))
          }
          for i in 0..<blocks where found[row].isFinite {
            let slope = shapes[row][i].slope(at: draws[row][i])
            slopes[row][i].a += min(max(found[row] * slope.a, -5), 5) / Double(population)
            slopes[row][i].b += min(max(found[row] * slope.b, -5), 5) / Double(population)
          }
        }
      }
      for row in samples.indices {
        for i in 0..<blocks { shapes[row][i].move(slopes[row][i], rate) }
      }
    }
    return best
  }
}

/// The two parameters of a Beta distribution.
package struct BetaShape {
  private var a: Double
  private var b: Double

  package init(a: Double = 1, b: Double = 1) { (self.a, self.b) = (a, b) }

  /// s in (0, 1), as a share of two gamma variables.
  package func drawn(using random: inout RandomStream) -> Double {
    let (x, y) = (Self.logGamma(a, using: &random), Self.logGamma(b, using: &random))
    return min(max(1 / (1 + exp(y - x)), 1e-12), 1 - 1e-12)
  }

  /// ∂ log p(s)/∂(a, b): ψ(a + b) − ψ(a) + log s, ψ(a + b) − ψ(b) + log(1 − s).
  package func slope(at s: Double) -> (a: Double, b: Double) {
    let both = Self.digamma(a + b)
    return (both - Self.digamma(a) + log(s), both - Self.digamma(b) + log(1 - s))
  }

  mutating func move(_ slope: (a: Double, b: Double), _ rate: Double) {
    a = min(max(a + rate * slope.a, 1e-7), 1e3)
    b = min(max(b + rate * slope.b, 1e-7), 1e3)
  }

  /// ψ(x) for x > 0: the recurrence up to 6, then the asymptotic series.
  package static func digamma(_ x: Double) -> Double {
    var (x, value) = (x, 0.0)
    while x < 6 {
      value -= 1 / x
      x += 1
    }
    let square = 1 / (x * x)
    return value + log(x) - 0.5 / x
      - square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square / 132))))
  }

  /// The logarithm of a gamma variable (Marsaglia and Tsang, ACM Transactions on Mathematical Software, 2000).
  private static func logGamma(_ shape: Double, using random: inout RandomStream) -> Double {
    guard shape >= 1 else {
      // Gamma(a) = Gamma(a + 1)·u^(1/a); the logarithm does not underflow.
      let u = 1 - random.uniformDouble()
      return logGamma(shape + 1, using: &random) + log(u) / shape
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let normal = Double(random.normal())
      let t = 1 + c * normal
      guard t > 0 else { continue }
      let v = t * t * t
      let u = 1 - random.uniformDouble()
      if log(u) < 0.5 * normal * normal + d * (1 - v + log(v)) { return log(d * v) }
    }
  }
}
