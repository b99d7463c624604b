public import Tensors
internal import Gradients

/// Descent along an estimated gradient, from losses alone (Ilyas et al., "Black-box adversarial attacks with limited
/// queries and information", ICML 2018; SPSA with random signs for noise: Uesato et al., ICML 2018).
///
/// g ≈ (1/P) Σ loss(x + σuᵢ) uᵢ / σ over P/2 antithetic pairs, σ = 2ε; x ← Π(x − α·direction(g)). Queries are clipped to
/// [0, 1]. Coarse noise is drawn on a grid and repeated in blocks, as the published code does with blocks of 7 at 224.
public struct NaturalEvolution: Search {
  public enum Noise: String, Hashable, Sendable, CaseIterable {
    case normal, signs
  }

  public let steps: Int
  public let stepSize: Double
  /// Queries of a step: even.
  public let population: Int
  /// σ, in units of ε.
  public let deviation: Double
  /// The side of the blocks that share their noise; 1 where the images' sides are no multiples.
  public let block: Int
  public let noise: Noise

  public init(
    steps: Int, stepSize: Double, population: Int = 100, deviation: Double = 2, block: Int = 1, noise: Noise = .normal
  ) {
    precondition(
      steps >= 0 && population >= 2 && population % 2 == 0 && deviation > 0 && block >= 1,
      "an even population, a positive deviation and a block of at least 1 expected, got \(population), \(deviation) "
        + "and \(block)")
    self.steps = steps
    self.stepSize = stepSize
    self.population = population
    self.deviation = deviation
    self.block = block
    self.noise = noise
  }

  /// Passes that one sample takes.
  public var expectedCost: Cost { Cost(forwards: steps * population) }

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    guard threat.epsilon > 0 else { return images }
    var current = images
    let lengths = [Double](repeating: steps == 1 ? threat.epsilon : stepSize, count: images.rows)
    for step in 0..<steps {
      let gradient = try estimate(
        objective, at: current, samples: samples, deviation: deviation * threat.epsilon, seeds: seeds, step: step)
      current = threat.projected(
        current.stepped(against: gradient, lengths: lengths, norm: threat.norm), around: images)
    }
    return current
  }

  /// The gradient that the search believes in at these images.
  /// - Parameter deviation: σ, in pixel units.
  public func estimate(
    _ objective: any Objective, at images: Tensor, samples: [Int], deviation: Double, seeds: SampleSeeds, step: Int
  ) throws -> Tensor {
    var streams = samples.map { seeds.stream("nes", sample: $0, step: step) }
    var gradient = Tensor(zeros: images.shape)
    let size = images.shape.rowCount
    for _ in 0..<population / 2 {
      var noise = Tensor(zeros: images.shape)
      for row in samples.indices { noise.setRows([row], to: drawn(images.rows([row]).shape, using: &streams[row])) }
      let offset = noise * Float(deviation)
      func losses(_ queries: Tensor) throws -> [Float] {
        try objective.loss(at: Variable(constant: queries.clamped(to: 0...1)), samples: samples).value.scalars
      }
      let (above, below) = (try losses(images + offset), try losses(images - offset))
      gradient.withMutableScalars { g in
        noise.withScalars { u in
          for row in samples.indices {
            let weight = (above[row] - below[row]) / Float(deviation * Double(population))
            for i in row * size..<(row + 1) * size { g[i] += weight * u[i] }
          }
        }
      }
    }
    return gradient
  }

  /// Noise of one image: [1, C, H, W].
  private func drawn(_ shape: Shape, using random: inout RandomStream) -> Tensor {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    let side = height % block == 0 && width % block == 0 ? block : 1
    let (rows, columns) = (height / side, width / side)
    let coarse = (0..<channels * rows * columns).map { _ -> Float in
      noise == .normal ? random.normal() : (random.next() & 1 == 0 ? -1 : 1)
    }
    var scalars: [Float] = []
    scalars.reserveCapacity(shape.count)
    for channel in 0..<channels {
      for y in 0..<height {
        for x in 0..<width { scalars.append(coarse[(channel * rows + y / side) * columns + x / side]) }
      }
    }
    return Tensor(scalars, shape)
  }
}
