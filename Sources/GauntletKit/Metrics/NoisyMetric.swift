public import Tensors

/// A metric that asks another one about noisy copies of an image: what certificates by votes rest on.
public protocol NoisyMetric: EmbeddingMetric {
  /// σ: the deviation of the Gaussian noise, in [0, 1] pixel units.
  var sigma: Double { get }
  /// Placed embeddings of the images, each with fresh noise N(0, σ² I) of its own, by the metric that is asked:
  /// [N, C, H, W] → [N, D].
  /// - Parameter stream: the randomness of the image in a row.
  func noisyEmbeddings(of images: Tensor, stream: (Int) -> RandomStream) throws -> Tensor
}
