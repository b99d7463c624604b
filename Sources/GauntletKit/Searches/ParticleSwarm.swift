public import Tensors

/// Particle swarm optimisation (Kennedy and Eberhart, ICNN 1995), with the published constants of the order attack (Zhou et
/// al., "Practical relative order attack in deep ranking", ICCV 2021).
///
/// 40 particles start uniformly in the ball, with velocities uniform in twice the ball. v ← 1.1 v + 0.57 r ⊙ (own best − x)
/// + 0.44 s ⊙ (best of all − x); x ← Π(x + v), r and s uniform in [0, 1] for each block of pixels. All particles move, then
/// all are asked. Raises the first of what is measured; the best that was met is proposed, or the clean image.
public struct ParticleSwarm: Search {
  public let queries: Int
  public let particles: Int
  public let inertia: Float
  public let ownPull: Float
  public let sharedPull: Float

  public init(
    queries: Int, particles: Int = 40, inertia: Float = 1.1, ownPull: Float = 0.57, sharedPull: Float = 0.44
  ) {
    precondition(queries >= 1 && particles >= 1, "queries and particles expected, got \(queries) and \(particles)")
    self.queries = queries
    self.particles = min(particles, queries)
    self.inertia = inertia
    self.ownPull = ownPull
    self.sharedPull = sharedPull
  }

  /// Passes that one sample takes, the clean image's among them.
  public var expectedCost: Cost { Cost(forwards: queries / particles * particles + 1) }

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    func scores(_ images: Tensor) throws -> [Double] { try objective.scores(at: images, samples: samples) }
    var swarm: [Particle] = []
    var (best, bestScores) = (images, try scores(images))
    func improve(_ target: inout Tensor, _ known: inout [Double], by images: Tensor, _ found: [Double]) {
      let better = found.indices.filter { found[$0] > known[$0] }
      guard !better.isEmpty else { return }
      target.setRows(better, to: images.rows(better))
      for row in better { known[row] = found[row] }
    }
    for number in 0..<particles {
      func stream(_ purpose: String) -> (Int) -> RandomStream {
        { seeds.stream(purpose, sample: samples[$0], restart: number) }
      }
      let place = threat.randomStart(around: images, stream: stream("place"))
      let velocity = (threat.randomStart(around: images, stream: stream("velocity")) - images) * 2
      let found = try scores(place)
      swarm.append(Particle(place: place, velocity: velocity, best: place, bestScores: found))
      improve(&best, &bestScores, by: place, found)
    }
    for round in 1..<max(queries / particles, 1) {
      let shared = best
      for number in swarm.indices {
        var particle = swarm[number]
        particle.move(towards: shared, constants: (inertia, ownPull, sharedPull)) {
          seeds.stream("pull", sample: samples[$0], restart: number, step: round)
        }
        particle.place = threat.projected(particle.place, around: images)
        let found = try scores(particle.place)
        improve(&particle.best, &particle.bestScores, by: particle.place, found)
        improve(&best, &bestScores, by: particle.place, found)
        swarm[number] = particle
      }
    }
    return best
  }
}

/// One particle of every sample's swarm: [n, C, H, W] each.
private struct Particle {
  var place: Tensor
  var velocity: Tensor
  var best: Tensor
  var bestScores: [Double]

  mutating func move(
    towards shared: Tensor, constants: (inertia: Float, own: Float, shared: Float), stream: (Int) -> RandomStream
  ) {
    let noise = CoarseNoise(height: place.shape[2], width: place.shape[3])
    for row in 0..<place.rows {
      var random = stream(row)
      func pull() -> Tensor { noise.drawn(place.rows([row]).shape) { random.uniform(0...1) } }
      let (here, r, s) = (place.rows([row]), pull(), pull())
      let next =
        velocity.rows([row]) * constants.inertia + (best.rows([row]) - here) * r * constants.own
        + (shared.rows([row]) - here) * s * constants.shared
      velocity.setRows([row], to: next)
    }
    place = place + velocity
  }
}
