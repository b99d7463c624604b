internal import GauntletKit
internal import Gradients
internal import Tensors
internal import Training

/// `none`: a ranking loss over triplets of clean images; what defended models are compared with.
struct CleanRecipe: TripletRecipe {
  let settings: TripletSettings
  var loss: BatchLoss

  static let card = Card(
    id: "none", version: "1", title: "Triplet training without an adversary",
    definition: "minimises the mean of max(0, d(a,p) − d(a,n) + γ), or another ranking loss, over triplets of batches "
      + "of pairs, by clean images",
    reference: "Schroff et al., FaceNet (CVPR 2015); batches and samplers as in Roth et al. (ICML 2020)")

  static let plugin = TripletDefense.plugin(card, settings: TripletSettings.schema() + BatchLoss.schema) { values in
    let settings = TripletSettings(values)
    return CleanRecipe(settings: settings, loss: try BatchLoss(values, settings, plugin: card.id))
  }

  mutating func loss(of step: TripletStep) throws -> (loss: Variable, series: [TrainingSeries]) {
    let placed = try step.trained([step.batch.images])[0]
    return try loss.sampled(from: placed, of: step, settings)
  }

  mutating func updated(at place: TrainingPlace) throws { try loss.updated() }
  var state: [String: Tensor] { loss.state }
  mutating func restore(_ state: [String: Tensor]) throws { try loss.restore(state) }
}
