internal import Foundation
public import Tensors

extension TwoAlternativeObjective: CertifiableObjective {
  /// "correct": what the answer earns now where no image of the ball changes it, else the credit of the answer that fewer
  /// people gave. "margin": for the geometries of normalised embeddings from the angle that the reference's embedding can
  /// turn by, else from how far it can move.
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    guard let metric = task.metric as? any EmbeddingMetric else {
      throw PluginError.unusable(plugin: task.metric.card.id, reason: "it embeds nothing, so nothing is certified")
    }
    let clean = try outcomes(at: images, samples: samples)
    let embeddings = try metric.embed(.init(constant: images)).value
    return samples.enumerated().map { place, sample in
      let reference = embeddings.row(place).scalars
      let (near, far) = (closer.values.row(sample).scalars, farther.values.row(sample).scalars)
      let radii = TwoAlternativeCertificate(
        reference: reference, first: near, second: far, geometry: metric.geometry, claim: claim)
      let votes = Double(task.triplets.votes[sample])
      let before = clean[place].values
      let credit = radii[.reference] > radius ? before[0] : min(before[0], 100 * min(votes, 1 - votes))
      let margin = Self.margin(
        EmbeddingBall(reference, claim: claim), near.map { Double($0) }, far.map { Double($0) }, metric.geometry, radius
      )
      return Outcome([credit, min(before[1], margin)])
    }
  }

  /// The least d(x̃, farther) − d(x̃, closer) that cannot be excluded; near and far as they are compared.
  private static func margin(
    _ ball: EmbeddingBall, _ near: [Double], _ far: [Double], _ geometry: Geometry, _ radius: Double
  ) -> Double {
    let error = 8 * ball.claim.relativeError
    switch geometry {
    case .euclidean:
      func distance(_ to: [Double]) -> Double { EmbeddingBall.length(zip(ball.center, to).map { $0 - $1 }) }
      let slack = ball.claim.relativeError * (EmbeddingBall.length(near) + EmbeddingBall.length(far))
      return distance(far) - distance(near) - 2 * ball.reach(radius) - slack
    case .cosine:
      let difference = zip(near, far).map { $0 - $1 }
      let turned = EmbeddingBall.angle(ball.center, difference) + ball.rotation(radius) + error
      return EmbeddingBall.length(difference) * cos(min(.pi, turned)) - error
    case .sphere:
      let turn = ball.rotation(radius) + error
      let nearest = min(.pi, EmbeddingBall.angle(ball.center, near) + turn)
      let farthest = max(0, EmbeddingBall.angle(ball.center, far) - turn)
      return 2 * sin(farthest / 2) - 2 * sin(nearest / 2) - error
    }
  }
}
