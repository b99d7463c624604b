internal import GauntletKit
internal import Tensors

/// What a student imitates: the teachers' embeddings side by side.
///
/// t(x) = s·(e₁(x), …, e_k(x)) / √k, each e the teacher's embedding divided by its norm and s a scale; where centred, its own
/// mean is subtracted from t, as DreamSim did when LipSim was trained. [N, C, H, W] → [N, D₁ + … + D_k].
struct TeacherEnsemble: Sendable {
  let teachers: [any EmbeddingMetric]
  let isCentred: Bool
  let scale: Float

  var dimension: Int { teachers.reduce(0) { $0 + $1.dimension } }

  func embeddings(of images: Tensor) throws -> Tensor {
    let parts = try teachers.map { teacher in
      let placed = try teacher.placedEmbeddings(of: images)
      return teacher.geometry.isNormalized ? placed : placed.normalizedRows()
    }
    let scale = scale / Float(teachers.count).squareRoot()
    let columns = dimension
    var result = Tensor(zeros: [images.rows, columns])
    result.withMutableScalars { target in
      var first = 0
      for part in parts {
        let size = part.shape[1]
        part.withScalars { source in
          for row in 0..<images.rows {
            for i in 0..<size { target[row * columns + first + i] = scale * source[row * size + i] }
          }
        }
        first += size
      }
      guard isCentred else { return }
      for row in 0..<images.rows {
        let range = row * columns..<(row + 1) * columns
        let mean = Float(range.reduce(0.0) { $0 + Double(target[$1]) } / Double(columns))
        for i in range { target[i] -= mean }
      }
    }
    return result
  }
}
