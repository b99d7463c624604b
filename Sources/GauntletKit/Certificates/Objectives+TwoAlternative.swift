internal import Foundation
public import Tensors

extension TwoAlternativeObjective: CertifiableObjective {
  /// "correct": what the answer earns now where no images of the balls change it, else the credit of the answer that fewer
  /// people gave. "margin": from the angles that the moved embeddings can turn by, or from how far they can move.
  public func certifiedOutcomes(
    at images: Tensor, samples: [Int], radius: Double, claim: LipschitzClaim
  ) throws -> [Outcome] {
    guard let metric = task.metric as? any EmbeddingMetric else {
      throw PluginError.unusable(plugin: task.metric.card.id, reason: "it embeds nothing, so nothing is certified")
    }
    let clean = try outcomes(at: images, samples: samples)
    // Candidates that move are needed before normalisation; others as they are compared.
    func embeddings(_ images: Tensor) throws -> Tensor { try metric.embed(.init(constant: images.rows(samples))).value }
    let references = try embeddings(task.triplets.references)
    let nearer = task.moved.includesNearer ? try embeddings(task.triplets.nearer) : closer.values.rows(samples)
    let farther = task.moved.includesFarther ? try embeddings(task.triplets.farther) : self.farther.values.rows(samples)
    return samples.enumerated().map { place, sample in
      let (reference, near, far) = (references.row(place), nearer.row(place), farther.row(place))
      let radii = TwoAlternativeCertificate(
        reference: reference.scalars, first: near.scalars, second: far.scalars, geometry: metric.geometry, claim: claim)
      let votes = Double(task.triplets.votes[sample])
      let before = clean[place].values
      let credit =
        radii[moved(isRight: before[1] > 0)] > radius ? before[0] : min(before[0], 100 * min(votes, 1 - votes))
      let margin = Margin(claim: claim, geometry: metric.geometry, moved: task.moved, radius: radius)
        .bound(reference.scalars, nearer: near.scalars, farther: far.scalars)
      return Outcome([credit, min(before[1], margin)])
    }
  }

  /// What moves, with nearer and farther by the metric: where it is wrong, they have changed places.
  private func moved(isRight: Bool) -> MovedImages {
    switch task.moved {
    case .nearer: isRight ? .nearer : .farther
    case .farther: isRight ? .farther : .nearer
    case .reference, .candidates, .all: task.moved
    }
  }

  /// The least d(x̃, farther) − d(x̃, closer) that cannot be excluded.
  private struct Margin {
    let claim: LipschitzClaim
    let geometry: Geometry
    let moved: MovedImages
    let radius: Double

    func bound(_ reference: [Float], nearer: [Float], farther: [Float]) -> Double {
      let ball = EmbeddingBall(reference, claim: claim)
      let (near, far) = (EmbeddingBall(nearer, claim: claim), EmbeddingBall(farther, claim: claim))
      guard geometry != .euclidean else { return euclidean(ball, near, far) }
      // Without a direction nothing is excluded: distances of normalised embeddings are at most 2.
      guard ball.norm > 0, near.norm > 0, far.norm > 0 else { return -2 }
      let error = 8 * claim.relativeError
      if moved == .reference, geometry == .cosine {
        // The half space is exact where nothing else moves.
        let difference = zip(near.center, far.center).map { $0 / near.norm - $1 / far.norm }
        let turned = EmbeddingBall.angle(ball.center, difference) + ball.rotation(radius) + error
        return EmbeddingBall.length(difference) * cos(min(.pi, turned)) - error
      }
      func turn(_ ball: EmbeddingBall, _ moves: Bool) -> Double { moves ? ball.rotation(radius) : 0 }
      let reference = turn(ball, moved.includesReference) + error
      let nearest = min(
        .pi, EmbeddingBall.angle(ball.center, near.center) + reference + turn(near, moved.includesNearer))
      let farthest = max(
        0, EmbeddingBall.angle(ball.center, far.center) - reference - turn(far, moved.includesFarther))
      return geometry == .cosine
        ? cos(nearest) - cos(farthest) - error : 2 * sin(farthest / 2) - 2 * sin(nearest / 2) - error
    }

    private func euclidean(_ ball: EmbeddingBall, _ near: EmbeddingBall, _ far: EmbeddingBall) -> Double {
      func distance(_ to: EmbeddingBall) -> Double {
        EmbeddingBall.length(zip(ball.center, to.center).map { $0 - $1 })
      }
      let reference = moved.includesReference ? 2 * ball.reach(radius) : 2 * ball.slack
      return distance(far) - distance(near) - reference
        - (moved.includesNearer ? near.reach(radius) : near.slack)
        - (moved.includesFarther ? far.reach(radius) : far.slack)
    }
  }
}
