internal import GauntletKit
internal import Gradients
internal import Tensors
internal import Training

/// `est`: embedding-shifted triplets.
struct EmbeddingShiftRecipe: TripletRecipe {
  let settings: TripletSettings
  let adversary: AdversarySettings
  var loss: BatchLoss

  static let card = Card(
    id: "est", version: "1", title: "Embedding-shifted triplet training (EST)",
    definition:
      "an inner PGD (evaluation mode, no random start) maximises Σ d(φ(x̃), φ(x)) over all images of the batch "
      + "within ε (ℓ∞); the outer step minimises the triplet loss over triplets sampled from the moved embeddings",
    reference: "Zhou et al., Adversarial ranking attack and defense (ECCV 2020, arXiv 2002.11293)")

  static let plugin = TripletDefense.plugin(
    card, settings: TripletSettings.schema() + BatchLoss.schema + AdversarySettings.schema(steps: "32")
  ) { values in
    let settings = TripletSettings(values)
    return EmbeddingShiftRecipe(
      settings: settings, adversary: AdversarySettings(values),
      loss: try BatchLoss(values, settings, plugin: card.id))
  }

  mutating func loss(of step: TripletStep) throws -> (loss: Variable, series: [TrainingSeries]) {
    let clean = try step.evaluated(step.batch.images)
    let moved = try EmbeddingShift(search: adversary.search(at: step.place.progress)).attack(
      step.batch.images, embeddings: clean, of: step)
    let placed = try step.trained([moved.images])[0]
    let (value, series) = try loss.sampled(from: placed, of: step, settings)
    return (value, series + step.shift(from: clean, to: placed.value, meanDistance: series.value("mean-distance")))
  }

  mutating func updated(at place: TrainingPlace) throws { try loss.updated() }
  var state: [String: Tensor] { loss.state }
  mutating func restore(_ state: [String: Tensor]) throws { try loss.restore(state) }
}

/// `ses`: clean triplets, and embeddings that hold still.
struct EmbeddingStabilityRecipe: TripletRecipe {
  let settings: TripletSettings
  let adversary: AdversarySettings
  let weight: Float

  static let card = Card(
    id: "ses", version: "1", title: "Shift-suppressed triplet training (SES)",
    definition: "the inner PGD of EST on all images of the batch; the outer step minimises L_T of the clean triplets + "
      + "w·mean d(φ(x̃), φ(x)), with the gradient through both embeddings",
    reference: "Zhou et al., Adversarial attack and defense in deep ranking (TPAMI 2024, arXiv 2106.03614)")

  static let plugin = TripletDefense.plugin(
    card,
    settings: TripletSettings.schema() + AdversarySettings.schema(steps: "32") + [
      Setting("shift-weight", .number(0...1000), default: "1", help: "w, of the mean distance of moved and clean")
    ]
  ) { values in
    EmbeddingStabilityRecipe(
      settings: TripletSettings(values), adversary: AdversarySettings(values),
      weight: Float(values.number("shift-weight")))
  }

  func loss(of step: TripletStep) throws -> (loss: Variable, series: [TrainingSeries]) {
    let clean = try step.evaluated(step.batch.images)
    let moved = try EmbeddingShift(search: adversary.search(at: step.place.progress)).attack(
      step.batch.images, embeddings: clean, of: step)
    let placed = try step.trained([step.batch.images, moved.images])
    let triplets = step.triplets(settings.sampler, band: step.band(settings), embeddings: placed[0].value)
    let views = TripletViews(
      anchors: placed[0].rows(triplets.anchors), positives: placed[0].rows(triplets.positives),
      negatives: placed[0].rows(triplets.negatives))
    let (loss, series) = step.loss(views, of: triplets, settings)
    let shift = step.geometry.distances(placed[1], placed[0]).mean()
    let statistics = TripletStatistics(views.map(\.value), geometry: step.geometry)
    return (
      loss + shift * weight,
      series + statistics.series
        + step.shift(from: clean, to: placed[1].value, meanDistance: statistics.meanDistance)
    )
  }
}

/// `rest`: the shift of EST, of positives and negatives alone.
struct RevisedEmbeddingShiftRecipe: TripletRecipe {
  let settings: TripletSettings
  let adversary: AdversarySettings

  static let card = Card(
    id: "rest", version: "1", title: "Revised embedding-shifted triplet training (REST)",
    definition: "the inner PGD of EST on positives and negatives; the outer step minimises L_T(a, p̃, ñ), a clean",
    reference: "Zhou et al., Adversarial attack and defense in deep ranking (TPAMI 2024, arXiv 2106.03614)")

  static let plugin = TripletDefense.plugin(
    card, settings: TripletSettings.schema() + AdversarySettings.schema(steps: "32")
  ) { values in
    RevisedEmbeddingShiftRecipe(settings: TripletSettings(values), adversary: AdversarySettings(values))
  }

  func loss(of step: TripletStep) throws -> (loss: Variable, series: [TrainingSeries]) {
    let (triplets, embeddings) = try step.cleanTriplets(settings)
    let images = step.images(triplets)
    let both = Tensor(concatenating: [images.positives, images.negatives])
    let clean = try embeddings?.rows(triplets.positives + triplets.negatives) ?? step.evaluated(both)
    let result = try EmbeddingShift(search: adversary.search(at: step.place.progress)).attack(
      both, embeddings: clean, of: step)
    let count = triplets.count
    let moved = MovedTriplets(
      images: TripletViews(
        anchors: images.anchors, positives: result.images.rows(0..<count),
        negatives: result.images.rows(count..<2 * count)),
      clean: TripletViews(
        anchors: nil, positives: clean.rows(0..<count), negatives: clean.rows(count..<2 * count)),
      roles: [.positive, .negative], iterations: result.iterations)
    let views = try step.trained(moved.images)
    let (loss, series) = step.loss(views, of: triplets, settings)
    return (loss, series + step.series(moved, views: views))
  }
}

extension TripletStep {
  /// How far embeddings were moved, in relation to the mean distance.
  fileprivate func shift(from clean: Tensor, to moved: Tensor, meanDistance: Double) -> [TrainingSeries] {
    let shift = TripletStatistics.meanDistance(moved, clean, geometry)
    return [TrainingSeries("adversarial-shift", meanDistance > 0 ? shift / meanDistance : 0)]
  }
}

extension [TrainingSeries] {
  fileprivate func value(_ name: String) -> Double { first { $0.name == name }?.value ?? 0 }
}
