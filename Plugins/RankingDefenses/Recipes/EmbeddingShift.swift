internal import Gradients
internal import Tensors

/// The adversary of EST, SES and REST: moves every embedding away from where it was.
///
/// Minimises −Σ d(φ(x̃), φ(x)). At the clean images the distance is 0 and so is its gradient: the first step looks from
/// φ(x) + 1e-7·s, s of random signs in {−1, 0, 1}.
struct EmbeddingShift {
  let search: InnerSearch

  /// - Parameters:
  ///   - images: [N, C, H, W].
  ///   - embeddings: theirs, clean, placed, in evaluation mode: [N, D].
  func attack(_ images: Tensor, embeddings: Tensor, of step: TripletStep) throws -> InnerSearch.Result {
    var stream = RandomStream(seed: step.seed, ["train", "shift-signs"], [step.batch.step])
    let signs = Tensor(embeddings.scalars.map { _ in Float(stream.integer(below: 3) - 1) }, embeddings.shape)
    let nudged = Variable(constant: embeddings + signs * 1e-7)
    let reference = Variable(constant: embeddings)
    return try search.minimize(over: images, network: step.network, geometry: step.geometry) { iteration, placed in
      -step.geometry.distances(placed, iteration == 0 ? nudged : reference)
    }
  }
}
