internal import Foundation
public import Gradients
public import Tensors

/// How far a metric can be made to say that an image is from itself: d(x, x + δ) at its largest.
///
/// loss = −d(x̃, x), x the clean reference of a triplet. Outcome: the distance, in the metric's own units, 0 for the clean
/// image of a metric that knows an image again. At x̃ = x most distances have no gradient: start at random. (Ghazanfari et
/// al., "LipSim: a provably robust perceptual similarity metric", ICLR 2024, figure 3b.)
public struct SelfDistanceObjective: Objective {
  private let task: TwoAlternativeTask
  private let clean: Features
  public static let measures = [
    Measure(
      "self-distance", adversaryWants: .higher,
      definition: "d(x̃, x), the distance that the metric sees between the perturbed reference and the clean one")
  ]

  /// - Throws: what the metric does about the references.
  public init(task: TwoAlternativeTask) throws {
    self.task = task
    clean = try task.metric.features(of: task.triplets.references)
  }

  public var measures: [Measure] { Self.measures }
  public func targets(of sample: Int) -> [Int] { [] }

  public func loss(at images: Variable, samples: [Int]) throws -> Variable {
    -(try task.metric.distances(from: images, to: clean.rows(samples)))
  }

  public func outcomes(at images: Tensor, samples: [Int]) throws -> [Outcome] {
    let distances = try task.metric.distances(from: Variable(constant: images), to: clean.rows(samples)).value
    return distances.scalars.map { Outcome([$0.isFinite ? Double($0) : .nan]) }
  }
}

extension SelfDistanceObjective: CertifiableObjective {
  /// The largest distance that cannot be excluded: L·r for Euclidean embeddings; for normalised ones, of a direction that
  /// turns by φ = arcsin(L·r/‖u‖) at most (π where the ball holds the origin), 2·sin(φ/2) on the sphere and 1 − cos φ.
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    guard let metric = task.metric as? any EmbeddingMetric else {
      throw PluginError.unusable(plugin: task.metric.card.id, reason: "it embeds nothing, so nothing is certified")
    }
    let clean = try outcomes(at: images, samples: samples)
    let embeddings = try metric.embed(Variable(constant: images)).value
    return samples.indices.map { place in
      let ball = EmbeddingBall(embeddings.row(place).scalars, claim: claim)
      let turn = ball.norm > 0 ? min(.pi, ball.rotation(radius) + 8 * claim.relativeError) : .pi
      let bound =
        switch metric.geometry {
        case .euclidean: ball.reach(radius) + ball.slack
        case .sphere: 2 * sin(turn / 2) + 8 * claim.relativeError
        case .cosine: 1 - cos(turn) + 8 * claim.relativeError
        }
      return Outcome([max(clean[place].values[0], bound)])
    }
  }
}
