import GauntletKit
import GauntletLaws
import Gradients
import Tensors
import WrappingDefenses

/// A metric that a reference makes of another one.
func wrapped(_ reference: String, _ inner: any Metric) throws -> any Metric {
  var registry = Registry()
  try WrappingDefenses.register(in: &registry)
  return try registry.defenses.make(PluginReference(reference))
    .defend(.metric(inner), with: .triplets(ToyTriplets()), in: Silence())
}

/// A session for defenses that train nothing.
struct Silence: TrainingSession {
  let seed: UInt64 = 1
  func restored() throws -> TrainingCheckpoint? { nil }
  func completed(step: Int, of total: Int, checkpoint: () throws -> TrainingCheckpoint) throws {}
  func log(_ series: String, step: Int, value: Double) {}
}

/// A metric that embeds nothing: the mean of the squared differences.
struct SquaredDifference: Metric {
  let card = Card(id: "squared", version: "3", title: "Squared", definition: "mean (x − y)²", reference: "none")
  let input = ImageRequirement.any(minimumSide: 1)

  func features(of images: Tensor) throws -> Features { Features(images) }

  func distances(from images: Variable, to fixed: Features) throws -> Variable {
    (images - Variable(constant: fixed.values)).squared().reshaped([images.shape[0], images.shape.rowCount]).rowMeans()
  }
}

/// An embedding that is no plane: products of neighbouring pixels.
struct Products: EmbeddingMetric {
  let card = Card(id: "products", version: "1", title: "Products", definition: "xᵢ xᵢ₊₁", reference: "none")
  let input: ImageRequirement
  let geometry: Geometry
  let dimension: Int

  init(_ spec: ImageSpec, _ geometry: Geometry) {
    input = .exactly(spec)
    self.geometry = geometry
    dimension = spec.shape(1).count - 1
  }

  func embed(_ images: Variable) throws -> Variable {
    let flat = images.reshaped([images.shape[0], dimension + 1])
    let columns = (0..<dimension + 1).map { column in
      flat.elements(atColumns: [Int](repeating: column, count: images.shape[0]))
    }
    // Products column by column, put side by side by masks.
    var sum: Variable?
    for column in 0..<dimension {
      let mask = Tensor((0..<dimension).map { $0 == column ? 1 : 0 }, [1, dimension])
      let part = matrixProduct(
        (columns[column] * columns[column + 1]).reshaped([images.shape[0], 1]), Variable(constant: mask))
      sum = sum.map { $0 + part } ?? part
    }
    return sum ?? flat
  }
}

func pictures(_ count: Int, _ spec: ImageSpec, seed: UInt64 = 3) -> Tensor {
  var stream = RandomStream(seed: seed, ["pictures"])
  return Tensor(uniform: spec.shape(count), in: 0...1, using: &stream)
}
