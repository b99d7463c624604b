package import GauntletKit
package import Gradients
package import Networks
package import Tensors

/// The order in which an embedding is divided by its norm and its own mean is taken away.
package enum NormalizationOrder: String, CaseIterable, Sendable {
  /// Mean, then norm: DreamSim since v0.2.1. Embeddings have norm 1.
  case new
  /// Norm, then mean: DreamSim up to v0.2.0, and LipSim's teacher. Embeddings have a norm below 1.
  case old
}

/// Embeddings of all branches side by side, compared by their cosine.
package struct DreamSimMetric: EmbeddingMetric {
  package let card: Card
  package let networks: [Network]
  private let type: DreamSimType
  /// Nil for embeddings as they are.
  private let order: NormalizationOrder?

  /// - Throws: `NetworkError` for weights that are not the branches'.
  package init(
    card: Card, type: DreamSimType, tensors: [[String: Tensor]], order: NormalizationOrder?
  ) throws {
    self.card = card
    self.type = type
    self.order = order
    networks = try zip(type.branches, tensors).map { branch, tensors in
      let graph = try branch.graph(side: type.side)
      return try Network(
        graph: graph, parameters: Parameters(graph, tensors: tensors), channels: 3, height: type.side,
        width: type.side)
    }
  }

  package var geometry: Geometry { .cosine }
  package var input: ImageRequirement { .exactly(ImageSpec(channels: 3, height: type.side, width: type.side)) }
  package var dimension: Int {
    type.isPatch
      ? 2 * type.branches.reduce(0) { $0 + $1.transformer.width }
      : networks.reduce(0) { $0 + $1.embeddingDimension }
  }

  /// The concatenated class tokens or projections, centred and normalised together. Of a model of patches every token is
  /// centred and normalised by itself; the class token and the mean of the others stand side by side.
  package func embed(_ images: Variable) throws -> Variable {
    let features = try networks.map { try $0(images) }
    guard type.isPatch else { return standardized(.columns(features)) }
    return .columns(
      zip(features, type.branches).map { features, branch in
        let (count, width) = (images.shape[0], branch.transformer.width)
        let tokens = features.shape.rowCount / width
        return standardized(features.reshaped([count * tokens, width])).reshaped([count, tokens, width]).classAndMean()
      })
  }

  private func standardized(_ rows: Variable) -> Variable {
    switch order {
    case .new: rows.centredRows().normalizedRows()
    case .old: rows.normalizedRows().centredRows()
    case nil: rows
    }
  }
}
