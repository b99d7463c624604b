internal import Foundation

/// How far images can be moved, in ℓ2 of pixels in [0, 1], without a chance to change which candidate is nearer.
///
/// With u the reference's embedding before normalisation, ĉ₀ and ĉ₁ the candidates' directions, L the Lipschitz constant,
/// for distances between normalised embeddings (the order of cosine and of the sphere is the same):
/// - reference moved: r = |⟨u, ĉ₀ − ĉ₁⟩| / (L‖ĉ₀ − ĉ₁‖), which is exact for the embedding;
/// - nearer (farther) candidate c moved: r = (‖c‖/L)·sin(min(θ₁ − θ₀, π/2)), θ the candidates' angles to the reference;
/// - several moved, each by r: the largest r at which the angles that they turn by add up to θ₁ − θ₀;
/// - published: |⟨û, ĉ₀ − ĉ₁⟩| / ‖ĉ₀ − ĉ₁‖, LipSim's formula, which takes û to be 1-Lipschitz: it is not where ‖u‖ < L.
///   It is given to compare with published tables, and certifies nothing.
/// For Euclidean distances without normalisation: |‖u − c₁‖² − ‖u − c₀‖²|/(2L‖c₁ − c₀‖), and (d₁ − d₀)/(kL) for k moved
/// images' worth of distance.
///
/// A tie has radius 0. The computed embeddings' error is taken off every radius but the published one. (Ghazanfari et al.,
/// "LipSim: a provably robust perceptual similarity metric", ICLR 2024; the sound radius is ours.)
public struct TwoAlternativeCertificate: Hashable, Sendable {
  private let radii: [MovedImages: Double]
  /// LipSim's own formula for a moved reference.
  public let published: Double

  /// Within this radius nothing changes the answer.
  public subscript(moved: MovedImages) -> Double { radii[moved] ?? 0 }

  /// - Parameters:
  ///   - reference, first, second: embeddings before normalisation, of equal length.
  public init(
    reference: some Sequence<Float>, first: some Sequence<Float>, second: some Sequence<Float>, geometry: Geometry,
    claim: LipschitzClaim
  ) {
    let u = EmbeddingBall(reference, claim: claim)
    let candidates = [EmbeddingBall(first, claim: claim), EmbeddingBall(second, claim: claim)]
    guard u.norm > 0, candidates.allSatisfy({ $0.norm > 0 }), u.norm.isFinite,
      candidates.allSatisfy({ $0.norm.isFinite })
    else {
      (radii, published) = ([:], 0)
      return
    }
    (radii, published) =
      geometry.isNormalized ? Self.angular(u, candidates, claim) : Self.euclidean(u, candidates, claim)
  }

  private static func angular(
    _ u: EmbeddingBall, _ candidates: [EmbeddingBall], _ claim: LipschitzClaim
  ) -> ([MovedImages: Double], published: Double) {
    let directions = candidates.map { ball in ball.center.map { $0 / ball.norm } }
    let difference = zip(directions[0], directions[1]).map { $0 - $1 }
    let product = EmbeddingBall.product(u.center, difference)
    let whole = EmbeddingBall.length(difference)
    let moving = EmbeddingBall.length(Array(difference.dropLast(claim.constantCoordinates)))
    guard product != 0, whole > 0 else { return ([:], 0) }
    // Directions differ from the real ones by at most twice the relative error.
    let error = 4 * claim.relativeError
    let sound =
      (abs(product) - u.slack * whole - u.norm * error) / (claim.constant * (moving + error))
    let isFirst = product > 0
    let (near, far) = (candidates[isFirst ? 0 : 1], candidates[isFirst ? 1 : 0])
    let gap =
      EmbeddingBall.angle(u.center, far.center) - EmbeddingBall.angle(u.center, near.center)
      - 8 * claim.relativeError - 1e-12
    func alone(_ ball: EmbeddingBall) -> Double {
      max(0, (ball.norm * sin(min(gap, .pi / 2)) - ball.slack) / claim.constant)
    }
    let published = abs(product) / (u.norm * whole)
    guard gap > 0 else { return ([.reference: max(0, sound)], published) }
    // The half space is the tighter bound for the reference, unless all directions are close: there its allowance for
    // rounding weighs more than that of the angles. Both hold, so the larger does.
    return (
      [
        .reference: max(0, sound, together([u, u], gap: gap)), .nearer: alone(near), .farther: alone(far),
        .candidates: together([near, far], gap: gap), .all: together([near, far, u, u], gap: gap),
      ], published
    )
  }

  /// The largest radius at which the balls' rotations add up to no more than the gap.
  private static func together(_ balls: [EmbeddingBall], gap: Double) -> Double {
    func fits(_ radius: Double) -> Bool { balls.reduce(0) { $0 + $1.rotation(radius) } < gap }
    guard fits(0) else { return 0 }
    var (low, high) = (0.0, (balls.map(\.norm).max() ?? 0) / (balls.first?.claim.constant ?? 1))
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if fits(middle) { low = middle } else { high = middle }
    }
    return low
  }

  private static func euclidean(
    _ u: EmbeddingBall, _ candidates: [EmbeddingBall], _ claim: LipschitzClaim
  ) -> ([MovedImages: Double], published: Double) {
    func distance(_ a: [Double], _ b: [Double]) -> Double { EmbeddingBall.length(zip(a, b).map { $0 - $1 }) }
    let distances = candidates.map { distance(u.center, $0.center) }
    let apart = distance(candidates[0].center, candidates[1].center)
    guard apart > 0, distances[0] != distances[1] else { return ([:], 0) }
    let error = u.slack + candidates[0].slack + candidates[1].slack
    let total = distances[0] + distances[1] + error
    let margin = abs(distances[1] - distances[0])
    let squares = abs(distances[1] * distances[1] - distances[0] * distances[0])
    let sound = (squares - 2 * total * error) / (2 * claim.constant * (apart + error))
    func sharing(_ parts: Double) -> Double { max(0, (margin - 2 * error) / (parts * claim.constant)) }
    return (
      [
        .reference: max(0, sound), .nearer: sharing(1), .farther: sharing(1), .candidates: sharing(2), .all: sharing(4),
      ], squares / (2 * apart)
    )
  }
}
