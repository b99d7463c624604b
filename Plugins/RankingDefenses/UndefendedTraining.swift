internal import GauntletKit

/// `none`: triplet training without an adversary; what defended models are compared with.
struct UndefendedTraining: Defense {
  let training: TripletTraining

  var card: Card { training.card }

  static let card = Card(
    id: "none", version: "1", title: "Triplet training without an adversary",
    definition: "minimises the mean of max(0, d(a,p) − d(a,n) + γ) over triplets of batches of pairs, by clean images",
    reference: "Schroff et al., FaceNet (CVPR 2015); batches and samplers as in Roth et al. (ICML 2020)")

  static let plugin = Plugin<any Defense>(
    card, settings: TrainingSettings.schema(TripletTraining.defaults) + TripletSettings.schema
  ) { values in
    UndefendedTraining(
      training: TripletTraining(
        card: card, training: TrainingSettings(values), triplets: TripletSettings(values), adversary: nil,
        adversaryWarmup: 0))
  }

  func defend(_ start: Start, with data: TrainingData, in session: any TrainingSession) throws -> any Metric {
    try training.defend(start, with: data, in: session)
  }
}
