internal import GauntletKit
internal import Networks

/// What a trainer of this module starts from, checked: a backbone and images of its size.
struct TrainingStart {
  let defense: String
  let backbone: Backbone
  let images: TrainingImages

  /// - Throws: `RankingDefenseError` for a start without a network, triplet data, images of another size, too few images.
  init(_ start: Start, _ data: TrainingData, defense: String) throws {
    guard case .backbone(let backbone) = start else {
      if case .student = start { throw RankingDefenseError.takesNoTeachers(defense: defense) }
      throw RankingDefenseError.needsBackbone(defense: defense)
    }
    guard case .retrieval(let dataset) = data else {
      throw RankingDefenseError.needsRetrievalData(defense: defense, dataset: data.dataset.card.id)
    }
    guard dataset.images == backbone.images else {
      throw RankingDefenseError.imagesDiffer(
        defense: defense, dataset: dataset.card.id, images: "\(dataset.images)", backbone: "\(backbone.images)")
    }
    let labels = dataset.labels(.train)
    guard labels.count >= 2, Set(labels).count >= 2 else {
      throw RankingDefenseError.tooFewImages(
        defense: defense, dataset: dataset.card.id, images: labels.count, classes: Set(labels).count)
    }
    self.defense = defense
    self.backbone = backbone
    images = try TrainingImages(dataset)
  }

  /// The metric that training made.
  func metric(_ card: Card, parameters: Parameters) throws -> EmbeddingNetwork {
    try EmbeddingNetwork(
      card: card,
      backbone: Backbone(
        architecture: backbone.architecture, normalization: backbone.normalization, geometry: backbone.geometry,
        images: backbone.images, embedding: backbone.embedding, parameters: parameters))
  }
}
