public import Tensors
internal import Gradients

/// Square: random search with square windows that shrink (Andriushchenko et al., "Square attack: a query-efficient
/// black-box adversarial attack via random search", ECCV 2020), for ℓ∞ and ℓ2.
///
/// ℓ∞: starts at vertical stripes of ±ε; each query sets one window, per channel, to ±ε around the clean image. ℓ2: starts
/// at tiles of a smooth pattern; each query adds the pattern to one window, takes what a second window held, and fills the
/// ball again. A query stays where the score did not get better for the defender. The windows' positions and signs are
/// drawn for every image by itself; the last row and column can be inside them.
public struct SquareSearch: Search {
  public enum Score: String, Hashable, Sendable, CaseIterable {
    /// The objective's loss; an equal loss is not taken.
    case loss
    /// What is measured, such as the true rank; equal outcomes are taken, so that plateaus are crossed.
    case outcome
  }

  public let queries: Int
  public let score: Score
  /// The share of the image that the first windows cover.
  public let initialShare: Double

  public init(queries: Int, score: Score = .outcome, initialShare: Double = 0.8) {
    precondition(
      queries >= 1 && initialShare > 0 && initialShare <= 1, "queries and a share in (0, 1] expected, got \(queries)")
    self.queries = queries
    self.score = score
    self.initialShare = initialShare
  }

  /// Passes that one sample takes; the clean image is one of the queries.
  public var expectedCost: Cost { Cost(forwards: queries + 1) }

  /// The window's side at a query, counted from 0.
  public static func side(at query: Int, height: Int, width: Int, initialShare: Double = 0.8) -> Int {
    let ends = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000]
    let halvings = ends.firstIndex { query <= $0 } ?? ends.count
    let share = initialShare / Double(1 << halvings)
    let side = (share * Double(height * width)).squareRoot().rounded(.toNearestOrEven)
    return min(max(Int(side), 1), height, width)
  }

  /// - Throws: `PluginError.unusable` for ℓ1.
  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    guard threat.norm != .l1 else {
      throw PluginError.unusable(
        plugin: "square", reason: "it searches linf and l2 balls, and was given \(threat); take search=nes for l1")
    }
    guard threat.epsilon > 0 else { return images }
    var kept = KeptImages(images, measures: objective.measures)
    func offer(_ candidates: Tensor) throws {
      switch score {
      case .loss:
        let loss = try objective.loss(at: Variable(constant: candidates), samples: samples).value
        kept.offer(candidates, losses: loss.scalars, outcomes: nil)
      case .outcome:
        kept.offer(
          candidates, losses: nil, outcomes: try objective.outcomes(at: candidates, samples: samples), equals: true)
      }
    }
    try offer(images)
    for query in 0..<queries {
      var next = query == 0 ? images : kept.images
      for row in samples.indices {
        var random = seeds.stream("square", sample: samples[row], step: query)
        let (image, clean) = (next.rows([row]), images.rows([row]))
        let moved =
          threat.norm == .linf
          ? change(image, around: clean, epsilon: Float(threat.epsilon), query: query, using: &random)
          : changeL2(image, around: clean, epsilon: threat.epsilon, query: query, using: &random)
        next.setRows([row], to: moved)
      }
      try offer(threat.projected(next, around: images))
    }
    return kept.images
  }

  /// One image with stripes (the first query) or one window set to ±ε.
  private func change(
    _ image: Tensor, around clean: Tensor, epsilon: Float, query: Int, using random: inout RandomStream
  ) -> Tensor {
    let (channels, height, width) = (image.shape[1], image.shape[2], image.shape[3])
    let side = Self.side(at: max(query - 1, 0), height: height, width: width, initialShare: initialShare)
    let top = query == 0 ? 0 : random.integer(below: height - side + 1)
    let left = query == 0 ? 0 : random.integer(below: width - side + 1)
    let (rows, columns) = query == 0 ? (0..<height, 0..<width) : (top..<top + side, left..<left + side)
    var moved = image
    moved.withMutableScalars { x in
      clean.withScalars { c in
        for channel in 0..<channels {
          var offset = random.next() & 1 == 0 ? -epsilon : epsilon
          for column in columns {
            if query == 0 { offset = random.next() & 1 == 0 ? -epsilon : epsilon }
            for row in rows {
              let i = (channel * height + row) * width + column
              x[i] = min(max(c[i] + offset, 0), 1)
            }
          }
        }
      }
    }
    return moved
  }
}
