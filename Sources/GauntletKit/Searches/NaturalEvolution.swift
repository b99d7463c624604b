public import Tensors
internal import Gradients

/// Descent along an estimated gradient, from losses alone (Ilyas et al., "Black-box adversarial attacks with limited
/// queries and information", ICML 2018; SPSA with random signs for noise: Uesato et al., ICML 2018).
///
/// g = (1/P) Σ loss(Π(x + uᵢ)) uᵢ / σ² over P/2 antithetic pairs ±uᵢ, Π the projection onto the threat model;
/// x ← Π(x − α·direction(g)). ℓ∞: σ = 2ε and every uᵢ is σ times noise, cut to [−ε, ε], as published. ℓ2 and ℓ1:
/// σ = 2ε/√n and σ = 2ε/n, n the pixels, so that noise has about the norm 2ε; it is not cut. The last image is proposed.
/// Coarse noise is drawn on a grid and repeated in blocks: of 7 at 224×224, as published, where it is left to the search.
public struct NaturalEvolution: Search {
  public enum Noise: String, Hashable, Sendable, CaseIterable {
    case normal, signs
  }

  public let steps: Int
  public let stepSize: Double
  /// Queries of a step: even.
  public let population: Int
  /// σ, in units of ε under ℓ∞.
  public let deviation: Double
  /// The side of the blocks that share their noise; 1 where the images' sides are no multiples. Nil: 7 at 224×224, else 1.
  public let block: Int?
  public let noise: Noise

  public init(
    steps: Int, stepSize: Double, population: Int = 100, deviation: Double = 2, block: Int? = nil,
    noise: Noise = .normal
  ) {
    precondition(
      steps >= 0 && population >= 2 && population % 2 == 0 && deviation > 0 && block ?? 1 >= 1,
      "an even population, a positive deviation and a block of at least 1 expected, got \(population), \(deviation) "
        + "and \(block ?? 1)")
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
        objective, at: current, around: images, samples: samples, within: threat, seeds: seeds, step: step)
      current = threat.projected(
        current.stepped(against: gradient, lengths: lengths, within: threat), around: images)
    }
    return current
  }

  /// The gradient that the search believes in at these images.
  public func estimate(
    _ objective: any Objective, at images: Tensor, around clean: Tensor, samples: [Int], within threat: ThreatModel,
    seeds: SampleSeeds, step: Int
  ) throws -> Tensor {
    let deviation = deviation(within: threat, pixels: images.shape.rowCount)
    let limit = threat.norm == .linf ? Float(threat.epsilon) : .infinity
    var streams = samples.map { seeds.stream("nes", sample: $0, step: step) }
    var gradient = Tensor(zeros: images.shape)
    let size = images.shape.rowCount
    for _ in 0..<population / 2 {
      var noise = Tensor(zeros: images.shape)
      for row in samples.indices { noise.setRows([row], to: drawn(images.rows([row]).shape, using: &streams[row])) }
      let offset = (noise * Float(deviation)).clamped(to: -limit...limit)
      func losses(_ queries: Tensor) throws -> [Float] {
        try objective.loss(at: Variable(constant: threat.projected(queries, around: clean)), samples: samples).value
          .scalars
      }
      let (above, below) = (try losses(images + offset), try losses(images - offset))
      gradient.withMutableScalars { g in
        offset.withScalars { u in
          for row in samples.indices {
            let weight = (above[row] - below[row]) / Float(deviation * deviation * Double(population))
            for i in row * size..<(row + 1) * size { g[i] += weight * u[i] }
          }
        }
      }
    }
    return gradient
  }

  /// σ in pixel units.
  private func deviation(within threat: ThreatModel, pixels: Int) -> Double {
    switch threat.norm {
    case .linf: deviation * threat.epsilon
    case .l2: deviation * threat.epsilon / Double(pixels).squareRoot()
    case .l1: deviation * threat.epsilon / Double(pixels)
    }
  }

  /// Noise of one image: [1, C, H, W].
  private func drawn(_ shape: Shape, using random: inout RandomStream) -> Tensor {
    CoarseNoise(block, height: shape[2], width: shape[3]).drawn(shape) {
      noise == .normal ? random.normal() : (random.next() & 1 == 0 ? -1 : 1)
    }
  }
}
