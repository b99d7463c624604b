public import Tensors

/// Random search: uniform points of the ball, of which the worst for the defender is proposed (Zhou et al., "Practical
/// relative order attack in deep ranking", ICCV 2021, its weakest black-box search).
///
/// ℓ∞: x = Π(clean + ε·u), u uniform in [−1, 1] for each block of pixels, as published. ℓ2 and ℓ1: uniform in the ball.
/// The clean image is proposed where nothing is worse. Decides by what is measured, such as the visible order.
public struct RandomSearch: Search {
  public let queries: Int

  public init(queries: Int) {
    precondition(queries >= 1, "at least 1 query expected, got \(queries)")
    self.queries = queries
  }

  /// Passes that one sample takes, the clean image's among them.
  public var expectedCost: Cost { Cost(forwards: queries + 1) }

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    var kept = KeptImages(images, measures: objective.measures)
    kept.offer(images, losses: nil, outcomes: try objective.outcomes(at: images, samples: samples))
    for query in 0..<queries {
      let next = threat.coarseStart(around: images) { seeds.stream("random", sample: samples[$0], step: query) }
      kept.offer(next, losses: nil, outcomes: try objective.outcomes(at: next, samples: samples))
    }
    return kept.images
  }
}

extension ThreatModel {
  /// A random start whose blocks of pixels share their noise under ℓ∞.
  func coarseStart(around clean: Tensor, stream: (Int) -> RandomStream) -> Tensor {
    guard norm == .linf else { return randomStart(around: clean, stream: stream) }
    let noise = CoarseNoise(height: clean.shape[2], width: clean.shape[3])
    var images = clean
    for row in 0..<clean.rows {
      var random = stream(row)
      let image = clean.rows([row])
      images.setRows(
        [row], to: image + noise.drawn(image.shape) { random.uniform(-1...1) } * Float(epsilon))
    }
    return projected(images, around: clean)
  }
}
