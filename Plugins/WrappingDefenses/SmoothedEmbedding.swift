internal import GauntletKit
internal import Gradients
internal import Tensors

/// The mean of an embedding metric's embeddings under noise.
///
/// Noise and its mean are the image's own affair: neither the batch nor the place in it matters. The gradient is that
/// of the mean with the draws held fixed; it needs the memory of one draw, and every pass twice.
struct SmoothedEmbedding: NoisyMetric {
  let card: Card
  let inner: any EmbeddingMetric
  let noise: GaussianNoise
  let samples: Int

  var input: ImageRequirement { inner.input }
  var geometry: Geometry { inner.geometry }
  var dimension: Int { inner.dimension }

  func embed(_ images: Variable) throws -> Variable {
    let clean = images.value
    let keys = noise.keys(of: clean)
    var sum = Tensor(zeros: [clean.rows, dimension])
    for draw in 0..<samples { sum = sum + (try placed(Variable(constant: noise.added(to: clean, draw, keys))).value) }
    let share = 1 / Float(samples)
    return Variable(sum * share, from: [images]) { weights in
      let seed = weights * share
      var gradient = Tensor(zeros: clean.shape)
      for draw in 0..<samples {
        let leaf = Variable(leaf: noise.added(to: clean, draw, keys))
        gradient = gradient + (try placed(leaf).gradient(of: leaf, seed: seed))
      }
      return [gradient]
    }
  }

  var sigma: Double { Double(noise.sigma) }

  func noisyEmbeddings(of images: Tensor, stream: (Int) -> RandomStream) throws -> Tensor {
    let size = images.shape.rowCount
    var noisy = images
    noisy.withMutableScalars { pixels in
      for row in 0..<images.rows {
        var random = stream(row)
        for i in row * size..<(row + 1) * size { pixels[i] += noise.sigma * random.normal() }
      }
    }
    return try placed(Variable(constant: noisy)).value
  }

  private func placed(_ images: Variable) throws -> Variable { geometry.placed(try inner.embed(images)) }
}
