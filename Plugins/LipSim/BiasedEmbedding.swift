internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors

/// What LipSim's code adds to embeddings before it divides them by their norm, so that it is not too small.
enum EmbeddingBias: String, CaseIterable, Sendable {
  /// Nothing: the code of the paper, and the published code's default now.
  case none
  /// 2/√D to every coordinate: the published code's default from November 2023 to January 2024.
  case constant
  /// One more coordinate, which is 1: its option `requires_bias`. The norm is at least 1.
  case appended
}

/// An embedding with LipSim's bias, compared by cosine.
struct BiasedEmbedding: EmbeddingMetric {
  let network: EmbeddingNetwork
  let bias: EmbeddingBias

  var card: Card { network.card }
  var input: ImageRequirement { network.input }
  var geometry: Geometry { network.geometry }
  var dimension: Int { network.dimension + (bias == .appended ? 1 : 0) }

  func embed(_ images: Variable) throws -> Variable {
    let embedding = try network.embed(images)
    switch bias {
    case .none: return embedding
    case .constant:
      let offset = 2 / Float(network.dimension).squareRoot()
      return Variable(embedding.value.map { $0 + offset }, from: [embedding]) { [$0] }
    case .appended:
      let columns = network.dimension
      return Variable(Self.appending(1, to: embedding.value), from: [embedding]) { gradient in
        let rows = gradient.shape[0]
        return [
          gradient.withScalars { source in
            Tensor(unsafeUninitialized: [rows, columns]) { target in
              for row in 0..<rows {
                for column in 0..<columns { target[row * columns + column] = source[row * (columns + 1) + column] }
              }
            }
          }
        ]
      }
    }
  }

  private static func appending(_ value: Float, to embeddings: Tensor) -> Tensor {
    let (rows, columns) = (embeddings.shape[0], embeddings.shape[1])
    return embeddings.withScalars { source in
      Tensor(unsafeUninitialized: [rows, columns + 1]) { target in
        for row in 0..<rows {
          for column in 0..<columns { target[row * (columns + 1) + column] = source[row * columns + column] }
          target[row * (columns + 1) + columns] = value
        }
      }
    }
  }

  /// A translation, or a constant beside it, moves no distance between embeddings.
  func lipschitzClaim() throws -> LipschitzClaim? {
    try network.lipschitzClaim().map { claim in
      LipschitzClaim(
        constant: claim.constant, constantCoordinates: bias == .appended ? 1 : 0, relativeError: claim.relativeError,
        proof: claim.proof)
    }
  }
}
