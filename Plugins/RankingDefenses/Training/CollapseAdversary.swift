package import GauntletKit
internal import Gradients
package import Networks
package import Tensors

/// The inner adversary of ACT: pulls the positive and the negative of each triplet together.
///
/// x ← clip(x − α·sign ∂/∂x Σᵢ d(φ(p̃ᵢ), φ(ñᵢ))) on positives and negatives, η times from the clean images, in evaluation
/// mode and without a random start; clip is onto the ℓ∞ ball of radius ε and then onto [0, 1]. With η = 1 the step is ε
/// (FGSM). The sum and the mean have the same signs. It leaves the network's parameters and their gradients alone.
package struct CollapseAdversary: Hashable, Sendable {
  /// ε, in [0, 1] pixel units.
  package let epsilon: Double
  /// α
  package let stepSize: Double
  /// η
  package let steps: Int

  package init(epsilon: Double, stepSize: Double, steps: Int) {
    self.epsilon = epsilon
    self.stepSize = stepSize
    self.steps = steps
  }

  package struct Result {
    /// [m, C, H, W]
    package let positives: Tensor
    package let negatives: Tensor
    /// Placed embeddings of the clean images, a by-product of the first step: [m, D].
    package let cleanPositives: Tensor
    package let cleanNegatives: Tensor
  }

  /// The adversary at a share of its strength: ε and α shrink alike.
  package func scaled(by share: Double) -> CollapseAdversary {
    CollapseAdversary(epsilon: epsilon * share, stepSize: stepSize * share, steps: steps)
  }

  /// - Parameters: `positives` and `negatives`, [m, C, H, W], a triplet's at the same place.
  package func attack(
    positives: Tensor, negatives: Tensor, network: TrainableNetwork, geometry: Geometry
  ) throws -> Result {
    precondition(positives.shape == negatives.shape, "\(positives.shape) positives, \(negatives.shape) negatives")
    let count = positives.rows
    let clean = Tensor(concatenating: [positives, negatives])
    let ball = ThreatModel(norm: .linf, epsilon: epsilon)
    let step = Float(steps == 1 ? epsilon : stepSize)
    var images = clean
    var embeddings = Tensor(zeros: [0, 0])
    for iteration in 0..<steps {
      let leaf = Variable(leaf: images)
      let placed = geometry.placed(try network.evaluate(leaf))
      if iteration == 0 { embeddings = placed.value }
      let distances = geometry.distances(placed.rows(0..<count), placed.rows(count..<2 * count))
      let gradient = try distances.gradient(of: leaf)
      let moved = images.zip(gradient) { x, slope in slope > 0 ? x - step : slope < 0 ? x + step : x }
      images = ball.projected(moved, around: clean)
    }
    return Result(
      positives: images.rows(0..<count), negatives: images.rows(count..<2 * count),
      cleanPositives: embeddings.rows(0..<count), cleanNegatives: embeddings.rows(count..<2 * count))
  }
}
