internal import GauntletKit
internal import Gradients
internal import Tensors
internal import Training

/// `act`, `tbc`, `amd`, `ramd`: an adversary moves some images of each triplet against a sum of distances, and the outer
/// step minimises the triplet loss of the result.
struct PerturbedTripletRecipe: TripletRecipe {
  /// What the inner search minimises, per triplet.
  enum Adversary: Sendable {
    /// d(p̃, ñ): positive and negative fall together.
    case collapse
    /// d(p̃, ñ) + d(ã, p̃) + d(ã, ñ): all three fall together.
    case threeBodyCollapse
    /// d(ã, ñ) − d(ã, p̃), of all three.
    case hardness
    /// d(a, ñ) − d(a, p̃), a clean; `isPlaced` false compares with the raw embedding of a, as the published code does.
    case hardnessOfClean(isPlaced: Bool)
  }

  let settings: TripletSettings
  let adversary: AdversarySettings
  let kind: Adversary
  /// The probability that a step meets the adversary; otherwise it is one of clean triplets.
  let mix: Double

  func loss(of step: TripletStep) throws -> (loss: Variable, series: [TrainingSeries]) {
    let (triplets, embeddings) = try step.cleanTriplets(settings)
    var coin = RandomStream(seed: step.seed, ["train", "mix"], [step.batch.step])
    guard mix >= 1 || coin.uniformDouble() < mix else {
      let views = try step.trained(step.images(triplets))
      let (loss, series) = step.loss(views, of: triplets, settings)
      return (loss, series + TripletStatistics(views.map(\.value), geometry: step.geometry).series)
    }
    let moved = try attacked(triplets, embeddings: embeddings, of: step)
    let views = try step.trained(moved.images)
    let (loss, series) = step.loss(views, of: triplets, settings)
    return (loss, step.series(moved, views: views) + series)
  }

  private func attacked(
    _ triplets: BatchTriplets, embeddings: Tensor?, of step: TripletStep
  ) throws -> MovedTriplets {
    let (geometry, search) = (step.geometry, adversary.search(at: step.place.progress))
    switch kind {
    case .collapse:
      return try step.moved([.positive, .negative], of: triplets, by: search, embeddings: embeddings) {
        geometry.distances($1.positives, $1.negatives)
      }
    case .threeBodyCollapse:
      return try step.moved(TripletRole.allCases, of: triplets, by: search, embeddings: embeddings) {
        geometry.distances($1.positives, $1.negatives) + geometry.distances($1.anchors, $1.positives)
          + geometry.distances($1.anchors, $1.negatives)
      }
    case .hardness:
      return try step.moved(TripletRole.allCases, of: triplets, by: search, embeddings: embeddings) {
        geometry.distances($1.anchors, $1.negatives) - geometry.distances($1.anchors, $1.positives)
      }
    case .hardnessOfClean(let isPlaced):
      let raw =
        isPlaced
        ? nil : Variable(constant: try step.network.evaluate(Variable(constant: step.images(triplets).anchors)).value)
      return try step.moved(
        [.positive, .negative], of: triplets, by: search, fixed: [.anchor], embeddings: embeddings
      ) {
        let anchors = raw ?? $1.anchors
        return geometry.distances(anchors, $1.negatives) - geometry.distances(anchors, $1.positives)
      }
    }
  }
}

extension PerturbedTripletRecipe {
  private static let source =
    "Zhou et al., Adversarial attack and defense in deep ranking (TPAMI 2024, arXiv 2106.03614)"

  private static func plugin(
    _ card: Card, settings: [Setting] = [], kind: @escaping @Sendable (SettingValues) -> Adversary,
    mix: @escaping @Sendable (SettingValues) -> Double = { _ in 1 }
  ) -> Plugin<any Defense> {
    TripletDefense.plugin(
      card, settings: TripletSettings.schema() + AdversarySettings.schema(steps: "32") + settings
    ) { values in
      PerturbedTripletRecipe(
        settings: TripletSettings(values), adversary: AdversarySettings(values), kind: kind(values), mix: mix(values))
    }
  }

  static let collapse = plugin(
    Card(
      id: "act", version: "1", title: "Anti-collapse triplet training (ACT)",
      definition: "an inner PGD (evaluation mode, no random start) minimises the mean of d(p̃, ñ) over positive and "
        + "negative within ε (ℓ∞); the outer step minimises the mean of max(0, d(a,p̃) − d(a,ñ) + γ), a clean",
      reference: source),
    settings: [
      Setting(
        "mix", .number(0...1), default: "1",
        help: "probability that a step meets the adversary, else its triplets are clean; 0.5 is ACT-mix")
    ],
    kind: { _ in .collapse }, mix: { $0.number("mix") })

  static let threeBodyCollapse = plugin(
    Card(
      id: "tbc", version: "1", title: "Three-body collapse training (TBC)",
      definition: "an inner PGD minimises the mean of d(p̃,ñ) + d(ã,p̃) + d(ã,ñ) over all three images; the outer step "
        + "minimises the mean of max(0, d(ã,p̃) − d(ã,ñ) + γ)",
      reference: source),
    kind: { _ in .threeBodyCollapse })

  static let hardness = plugin(
    Card(
      id: "amd", version: "1", title: "Min-max triplet training (AMD, MMT)",
      definition: "an inner PGD minimises the mean of d(ã,ñ) − d(ã,p̃) over all three images (Madry's min-max; known to "
        + "collapse); the outer step minimises the mean of max(0, d(ã,p̃) − d(ã,ñ) + γ)",
      reference: source),
    kind: { _ in .hardness })

  static let hardnessOfClean = plugin(
    Card(
      id: "ramd", version: "1", title: "Min-max training of positives and negatives (RAMD)",
      definition: "an inner PGD minimises the mean of d(a,ñ) − d(a,p̃) over positive and negative; the outer step "
        + "minimises the mean of max(0, d(a,p̃) − d(a,ñ) + γ), a clean",
      reference: source,
      deviations: [
        "The inner distances compare with the anchor's embedding as the geometry has it; the published code leaves it "
          + "undivided by its norm. mode=faithful does so."
      ]),
    settings: [
      Setting(
        "mode", .choice(["corrected", "faithful"]), default: "corrected",
        help: "faithful: the inner distances compare with the anchor's embedding before normalisation, as published")
    ],
    kind: { .hardnessOfClean(isPlaced: $0.text("mode") != "faithful") })
}
