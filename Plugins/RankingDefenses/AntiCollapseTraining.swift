internal import GauntletKit

/// `act`: anti-collapse triplet training, against an adversary that pulls positive and negative together.
struct AntiCollapseTraining: Defense {
  let training: TripletTraining

  var card: Card { training.card }

  static let card = Card(
    id: "act", version: "1", title: "Anti-collapse triplet training (ACT)",
    definition: "an inner PGD (evaluation mode, no random start) minimises the mean of d(p̃, ñ) over positive and "
      + "negative within ε (ℓ∞); the outer step minimises the mean of max(0, d(a,p̃) − d(a,ñ) + γ), a clean",
    reference: "Zhou et al., Adversarial attack and defense in deep ranking (TPAMI 2024, arXiv 2106.03614)")

  static let settings =
    TrainingSettings.schema(TripletTraining.defaults) + TripletSettings.schema + [
      Setting("eps", .number(0...1), default: "8/255", help: "radius ε of the training adversary (ℓ∞)"),
      Setting("alpha", .number(0...1), default: "1/255", help: "its step α"),
      Setting(
        "adversary-steps", .integer(1...10_000), default: "32",
        help: "its number of steps η; 1 means FGSM, one step of size ε"),
      Setting(
        "warmup-eps", .number(0...1), default: "0",
        help: "share of the training over which ε and α grow linearly from 0"),
    ]

  static let plugin = Plugin<any Defense>(card, settings: settings) { values in
    AntiCollapseTraining(
      training: TripletTraining(
        card: card, training: TrainingSettings(values), triplets: TripletSettings(values),
        adversary: CollapseAdversary(
          epsilon: values.number("eps"), stepSize: values.number("alpha"), steps: values.integer("adversary-steps")),
        adversaryWarmup: values.number("warmup-eps")))
  }

  func defend(_ start: Start, with data: TrainingData, in session: any TrainingSession) throws -> any Metric {
    try training.defend(start, with: data, in: session)
  }
}
