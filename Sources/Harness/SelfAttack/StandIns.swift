internal import GauntletKit
internal import Gradients
internal import Tensors

// Metrics that an attack searches on in place of the one that it is measured on: the same answers with other gradients.

/// The answers of one metric with the gradients of another: BPDA, the backward pass of what is differentiable where the
/// forward pass is not (Athalye et al., "Obfuscated gradients give a false sense of security", ICML 2018, section 4.1).
struct BorrowedGradient: Metric {
  private let answers: any Metric
  private let slopes: any Metric
  /// Extents of a row of features, of each of the two.
  private let rows: (answers: [Int], slopes: [Int])

  /// - Parameter images: a batch that both metrics take, to learn the sizes of their features.
  init(answers: any Metric, slopes: any Metric, images: Tensor) throws {
    self.answers = answers
    self.slopes = slopes
    let one = images.rows(0..<1)
    rows = (
      Array(try answers.features(of: one).values.shape.extents.dropFirst()),
      Array(try slopes.features(of: one).values.shape.extents.dropFirst())
    )
  }

  var card: Card { answers.card }
  var input: ImageRequirement { answers.input }

  /// Both metrics' features of an image, side by side in one row.
  func features(of images: Tensor) throws -> Features {
    let parts = [try answers.features(of: images).values, try slopes.features(of: images).values]
    let widths = parts.map(\.shape.rowCount)
    return Features(
      Tensor(unsafeUninitialized: [images.rows, widths.reduce(0, +)]) { target in
        var place = 0
        for row in 0..<images.rows {
          for (part, width) in zip(parts, widths) {
            part.withScalars { values in
              for i in 0..<width { target[place + i] = values[row * width + i] }
            }
            place += width
          }
        }
      })
  }

  func distances(from images: Variable, to fixed: Features) throws -> Variable {
    let value = try answers.distances(from: Variable(constant: images.value), to: part(of: fixed, first: true)).value
    guard images.takesGradient else { return Variable(constant: value) }
    let other = try part(of: fixed, first: false)
    return Variable(value, from: [images]) { seed in
      let leaf = Variable(leaf: images.value)
      return [try slopes.distances(from: leaf, to: other).gradient(of: leaf, seed: seed)]
    }
  }

  private func part(of fixed: Features, first: Bool) throws -> Features {
    let width = rows.answers.reduce(1, *)
    let columns = first ? 0..<width : width..<fixed.values.shape.rowCount
    let all = fixed.values.shape.rowCount
    let flat = Tensor(unsafeUninitialized: [fixed.count, columns.count]) { target in
      fixed.values.withScalars { values in
        for row in 0..<fixed.count {
          for (i, column) in columns.enumerated() { target[row * columns.count + i] = values[row * all + column] }
        }
      }
    }
    return Features(flat.reshaped(Shape([fixed.count] + (first ? rows.answers : rows.slopes))))
  }
}

/// The mean of a metric over draws of small noise on the image: expectation over transformation for whatever follows from
/// an image's own bits (Athalye et al., ICML 2018, section 4.2). Each draw is the same for every image and every call.
struct NoiseMean: Metric {
  let metric: any Metric
  let draws: Int
  /// Noise is uniform in ±radius, an ℓ∞ radius in [0, 1] pixel units.
  let radius: Float
  let seed: UInt64

  var card: Card { metric.card }
  var input: ImageRequirement { metric.input }
  func features(of images: Tensor) throws -> Features { try metric.features(of: images) }

  func distances(from images: Variable, to fixed: Features) throws -> Variable {
    var sum: Variable?
    for draw in 0..<draws {
      let noise = Self.noise(draw, radius: radius, shape: images.shape, seed: seed)
      let part = try metric.distances(from: images + Variable(constant: noise), to: fixed)
      sum = sum.map { $0 + part } ?? part
    }
    guard let sum else { return try metric.distances(from: images, to: fixed) }
    return sum * (1 / Float(draws))
  }

  /// The same draw for every image: a result does not depend on the batch.
  static func noise(_ draw: Int, radius: Float, shape: Shape, seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, ["self-attack", "noise"], [draw])
    let one = Tensor(
      uniform: Shape([1] + Array(shape.extents.dropFirst())), in: -radius...radius, using: &stream)
    return Tensor(concatenating: [Tensor](repeating: one, count: shape[0]))
  }
}
