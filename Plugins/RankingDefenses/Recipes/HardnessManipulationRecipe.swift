internal import GauntletKit
internal import Gradients
internal import Tensors
internal import Training

/// `hm`: hardness manipulation.
struct HardnessManipulationRecipe: TripletRecipe {
  let settings: TripletSettings
  let adversary: AdversarySettings
  let destination: HardnessDestination
  /// u; nil for γ.
  let clip: Double?
  /// λ of the intra-class structure.
  let structure: Float
  /// ℓ of the step before.
  private var lastLoss = HardnessDestination.initialLoss

  static let card = Card(
    id: "hm", version: "1", title: "Hardness manipulation (HM)",
    definition: "an inner PGD minimises the mean of max(0, H_D − H̃)² over anchor, positive and negative, H̃ = d(ã,p̃) − "
      + "d(ã,ñ), until it changes by less than 1e-7; the outer step minimises the mean of max(0, H̃ + γ) + λ·mean of "
      + "max(0, d(a,ã) − d(a,p)) (ICS)",
    reference: "Zhou and Patel, Enhancing adversarial robustness for deep metric learning (CVPR 2022)",
    deviations: [
      "The inner search's end (a change below 1e-7) is the batch's, as published: the one place where samples of a training "
        + "batch meet outside of batch norm."
    ])

  private static let destinations =
    TripletSampler.allCases.map(\.rawValue) + ["lga", "g-b", "g-2", "g-half", "constant"]

  static let plugin = TripletDefense.plugin(
    card,
    settings: TripletSettings.schema(sampler: .softHard) + AdversarySettings.schema(steps: "8") + [
      Setting(
        "destination", .choice(destinations), default: "lga",
        help: "H_D: the hardness of a second triplet by this sampler, a gradual function of the loss (lga, g-b, g-2, "
          + "g-half), or constant; the sampler of the source itself means training without an adversary"),
      Setting("hardness", .number(-2...2), default: "0", help: "H_D of destination=constant"),
      Setting("clip", .number(1e-6...4), default: "", help: "u, where gradual destinations clip the loss; empty for γ"),
      Setting("xi", .number(0...2), default: "0.1", help: "ξ of destination=g-b"),
      Setting(
        "ics", .number(0...1000), default: "0",
        help: "λ of the intra-class structure; the papers take 0.5, and 0.05 on SOP"),
    ]
  ) { values in
    let name = values.text("destination")
    let destination: HardnessDestination
    switch name {
    case "g-b": destination = .boosted(xi: values.number("xi"))
    case "g-2": destination = .squared
    case "g-half": destination = .root
    case "constant": destination = .constant(values.number("hardness"))
    default: destination = TripletSampler(rawValue: name).map { .sampler($0) } ?? .linear
    }
    return HardnessManipulationRecipe(
      settings: TripletSettings(values), adversary: AdversarySettings(values), destination: destination,
      clip: values.optionalNumber("clip"), structure: Float(values.number("ics")))
  }

  private init(
    settings: TripletSettings, adversary: AdversarySettings, destination: HardnessDestination, clip: Double?,
    structure: Float
  ) {
    self.settings = settings
    self.adversary = adversary
    self.destination = destination
    self.clip = clip
    self.structure = structure
  }

  /// - Throws: `PluginError.unusable` for other distances than those on the sphere.
  func check(_ backbone: Backbone) throws {
    guard backbone.geometry == .sphere else {
      throw PluginError.unusable(
        plugin: Self.card.id,
        reason: "hardness is bounded on the unit sphere alone, and the backbone's geometry is "
          + "\(backbone.geometry.rawValue); set geometry N")
    }
  }

  mutating func loss(of step: TripletStep) throws -> (loss: Variable, series: [TrainingSeries]) {
    let (triplets, known) = try step.cleanTriplets(settings)
    let margin = step.tripletLoss(settings).margin
    let (destination, embeddings) = try self.destination(for: triplets, embeddings: known, of: step, margin: margin)
    let moved: MovedTriplets
    if let destination {
      moved = try step.moved(
        TripletRole.allCases, of: triplets, by: adversary.search(at: step.place.progress), embeddings: embeddings,
        until: { value, previous in previous.map { abs(value - $0) < 1e-7 } ?? false }
      ) { _, views in
        let hardness =
          step.geometry.distances(views.anchors, views.positives)
          - step.geometry.distances(views.anchors, views.negatives)
        return (destination - hardness).relu().squared().mean()
      }
    } else {
      moved = MovedTriplets(
        images: step.images(triplets), clean: TripletViews { _ in nil }, roles: [], iterations: 0)
    }
    var (loss, series, views) = try outer(moved, triplets, of: step)
    let statistics = TripletStatistics(views.map(\.value), geometry: step.geometry)
    // Single precision, as checkpoints keep it: a training that goes on sees the same number.
    lastLoss = Double(
      Float(
        zip(statistics.toPositives, statistics.toNegatives)
          .reduce(0) { $0 + max(0, $1.0 - $1.1 + Double(margin)) } / Double(max(triplets.count, 1))))
    series += step.series(moved, views: views) + [TrainingSeries("adversary-iterations", Double(moved.iterations))]
    if let destination {
      let mean = destination.value.scalars.reduce(0) { $0 + Double($1) } / Double(max(destination.value.count, 1))
      series.append(TrainingSeries("destination-hardness", mean))
    }
    return (loss, series)
  }

  /// H_D of each triplet, [m]; nil where source and destination are one sampler.
  private func destination(
    for triplets: BatchTriplets, embeddings: Tensor?, of step: TripletStep, margin: Float
  ) throws -> (Variable?, Tensor?) {
    let clip = clip ?? Double(margin)
    if let value = destination.value(loss: lastLoss, margin: Double(margin), clip: clip) {
      return (Variable(constant: Tensor(repeating: Float(value), [triplets.count])), embeddings)
    }
    guard case .sampler(let sampler) = destination, sampler != settings.sampler else { return (nil, embeddings) }
    let embeddings = try embeddings ?? step.evaluated(step.batch.images)
    let second = step.triplets(
      sampler, band: step.band(settings), embeddings: embeddings, purpose: "destination-triplet")
    let hardness = TripletStatistics(
      anchors: embeddings.rows(second.anchors), positives: embeddings.rows(second.positives),
      negatives: embeddings.rows(second.negatives), geometry: step.geometry)
    let values = zip(hardness.toPositives, hardness.toNegatives).map { Float($0 - $1) }
    return (Variable(constant: Tensor(values, [triplets.count])), embeddings)
  }

  private func outer(
    _ moved: MovedTriplets, _ triplets: BatchTriplets, of step: TripletStep
  ) throws -> (loss: Variable, series: [TrainingSeries], views: TripletViews<Variable>) {
    guard structure > 0 else {
      let views = try step.trained(moved.images)
      let (loss, series) = step.loss(views, of: triplets, settings)
      return (loss, series, views)
    }
    let clean = step.images(triplets)
    let parts = try step.trained([
      moved.images.anchors, moved.images.positives, moved.images.negatives, clean.anchors, clean.positives,
    ])
    let views = TripletViews(anchors: parts[0], positives: parts[1], negatives: parts[2])
    let (loss, series) = step.loss(views, of: triplets, settings)
    let intraClass = TripletLoss(geometry: step.geometry, margin: 0).mean(
      anchors: parts[3], positives: parts[0], negatives: parts[4])
    return (
      loss + intraClass * structure, series + [TrainingSeries("intra-class-loss", Double(intraClass.value[0]))], views
    )
  }

  // MARK: Memory

  var state: [String: Tensor] { ["last-loss": Tensor([Float(lastLoss)], [1])] }

  /// - Throws: `RecipeStateError`.
  mutating func restore(_ state: [String: Tensor]) throws {
    guard let value = state["last-loss"], value.count == 1 else {
      throw RecipeStateError(missing: "the loss of the step before")
    }
    lastLoss = Double(value[0])
  }
}
