public import Tensors
internal import Gradients

/// Square: random search with square windows that shrink (Andriushchenko et al., "Square attack: a query-efficient
/// black-box adversarial attack via random search", ECCV 2020), for ℓ∞, ℓ2 and ℓ1.
///
/// ℓ∞: starts at vertical stripes of ±ε; each query sets one window, per channel, to ±ε around the clean image. ℓ2: starts
/// at tiles of a smooth pattern; each query adds the pattern to one window, takes what a second window held, and fills the
/// ball again; ℓ1 is like ℓ2, with a sharper pattern. A query stays where the score did not get better for the defender. The
/// windows' positions and signs are drawn for every image by itself; the last row and column can be inside them. Of an
/// objective that decides, a broken image is proposed before one that is not.
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

  /// Whether a sample takes no more queries after its first broken image; needs an objective that decides.
  public let stopsWhenBroken: Bool

  public init(queries: Int, score: Score = .outcome, initialShare: Double = 0.8, stopsWhenBroken: Bool = false) {
    precondition(
      queries >= 1 && initialShare > 0 && initialShare <= 1, "queries and a share in (0, 1] expected, got \(queries)")
    self.queries = queries
    self.score = score
    self.initialShare = initialShare
    self.stopsWhenBroken = stopsWhenBroken
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

  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    guard threat.epsilon > 0 else { return images }
    var kept = KeptImages(images, measures: objective.measures)
    var rows = Array(samples.indices)
    func offer(_ candidates: Tensor, query: Int) throws {
      let places = rows.map { samples[$0] }
      switch score {
      case .loss:
        let visit = try objective.visit(
          candidates, samples: places, gradient: false, draws: query..<query + 1)
        kept.offer(candidates, rows: rows, losses: visit.losses, isBroken: visit.isBroken)
      case .outcome:
        kept.offer(
          candidates, rows: rows, losses: nil, outcomes: try objective.outcomes(at: candidates, samples: places),
          equals: true)
        if stopsWhenBroken, let decision = objective as? any DecisionObjective {
          kept.mark(try decision.isBroken(at: candidates, samples: places), rows: rows)
        }
      }
      if stopsWhenBroken { rows.removeAll { kept.isBroken[$0] } }
    }
    try offer(images, query: 0)
    for query in 0..<queries where !rows.isEmpty {
      let clean = rows.count == samples.count ? images : images.rows(rows)
      let from = query == 0 ? clean : rows.count == samples.count ? kept.images : kept.images.rows(rows)
      let streams = rows.map { seeds.stream("square", sample: samples[$0], step: query) }
      try offer(
        threat.projected(changed(from, around: clean, within: threat, query: query, streams: streams), around: clean),
        query: query + 1)
    }
    return kept.images
  }

  /// Each image with one change of its own.
  private func changed(
    _ images: Tensor, around clean: Tensor, within threat: ThreatModel, query: Int, streams: [RandomStream]
  ) -> Tensor {
    let size = images.shape.rowCount
    var next = images
    next.withMutableScalars { target in
      let target = Unchecked(target)
      Workers.forEach(streams.count) { row in
        var random = streams[row]
        let (image, centre) = (images.rows([row]), clean.rows([row]))
        let moved =
          threat.norm == .linf
          ? change(image, around: centre, epsilon: Float(threat.epsilon), query: query, using: &random)
          : changePatterns(image, around: centre, within: threat, query: query, using: &random)
        moved.withScalars { pixels in
          for i in 0..<size { target.value[row * size + i] = pixels[i] }
        }
      }
    }
    return next
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
