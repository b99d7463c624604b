package import GauntletKit
package import Gradients
package import Networks
package import Tensors

/// The inner search of adversarial training: projected sign descent on images, against the network of the moment.
///
/// x ← clip(x − α·sign ∂L/∂x), up to η times from the clean images, in evaluation mode and without a random start; clip
/// is onto the ℓ∞ ball of radius ε and then onto [0, 1], and sign(0) = 0. With η = 1 the step is ε (FGSM). The network's
/// parameters and their gradients stay as they are. Source: retrieval specification 4.1 and 8.1.
package struct InnerSearch: Hashable, Sendable {
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
    /// [N, C, H, W]
    package let images: Tensor
    /// Placed embeddings of the clean images, a by-product of the first step: [N, D].
    package let cleanEmbeddings: Tensor
    /// Steps made before the search was done.
    package let iterations: Int
  }

  /// The search at a share of its strength: ε and α shrink alike.
  package func scaled(by share: Double) -> InnerSearch {
    InnerSearch(epsilon: epsilon * share, stepSize: stepSize * share, steps: steps)
  }

  /// The same radius and number of steps, another α.
  package func steppingBy(_ stepSize: Double) -> InnerSearch {
    InnerSearch(epsilon: epsilon, stepSize: stepSize, steps: steps)
  }

  /// Moves images to where a loss of their embeddings is small.
  ///
  /// - Parameters:
  ///   - clean: [N, C, H, W] in [0, 1].
  ///   - done: asked before each step with the loss (summed, where it has several scalars) and the one before it.
  ///   - loss: of the placed embeddings [N, D] at an iteration, counted from 0; all its scalars are minimised together.
  package func minimize(
    over clean: Tensor, network: TrainableNetwork, geometry: Geometry,
    until done: (_ value: Double, _ previous: Double?) -> Bool = { _, _ in false },
    loss: (_ iteration: Int, _ placed: Variable) -> Variable
  ) throws -> Result {
    let ball = ThreatModel(norm: .linf, epsilon: epsilon)
    let step = Float(steps == 1 ? epsilon : stepSize)
    var images = clean
    var embeddings = Tensor(zeros: [0, 0])
    var previous: Double?
    for iteration in 0..<steps {
      let leaf = Variable(leaf: images)
      let placed = geometry.placed(try network.evaluate(leaf))
      if iteration == 0 { embeddings = placed.value }
      let objective = loss(iteration, placed)
      let value = objective.value.scalars.reduce(0) { $0 + Double($1) }
      if done(value, previous) {
        return Result(images: images, cleanEmbeddings: embeddings, iterations: iteration)
      }
      previous = value
      let gradient = try objective.gradient(of: leaf)
      let moved = images.zip(gradient) { x, slope in slope > 0 ? x - step : slope < 0 ? x + step : x }
      images = ball.projected(moved, around: clean)
    }
    return Result(images: images, cleanEmbeddings: embeddings, iterations: steps)
  }
}
