internal import GauntletKit
internal import Gradients
internal import Tensors
internal import Training

#if canImport(Glibc)
  internal import Glibc
#endif

/// `colo-tride`: collapse-aware triplet decoupling (also CA-TRIDE), its parts and its naive forms.
struct CollapseAwareRecipe: TripletRecipe {
  let settings: TripletSettings
  let adversary: AdversarySettings
  let options: CollapseAwareSettings

  static let card = Card(
    id: "colo-tride", version: "1", title: "Collapse-aware triplet decoupling (COLO-TRIDE, CA-TRIDE)",
    definition:
      "steps that move positive and negative (CAP) alternate with steps that move the anchor (ANP), by a PGD on "
      + "hardness; where the collapseness C = D_W(a,p) − D_W(a,n) of the clean triplets is positive, the adversary "
      + "assists instead of attacking; the outer step minimises L_T of the triplets, of anchor steps + L_TT",
    equation:
      "CAP: inner max H(a, p̃, ñ), outer min L_T(a, p̃, ñ); ANP: inner max H(ã, p, n), outer min L_T(ã, p, n) + L_TT; "
      + "H = d(a,p) − d(a,n)\n"
      + "inner max becomes inner min where C = D_W(a,p) − D_W(a,n) > 0, D_W the distances weighted by `weighting`",
    reference: "Tian et al., Collapse-aware triplet decoupling for adversarially robust image retrieval (ICML 2024, "
      + "arXiv 2312.07364)",
    deviations: [
      "mode=faithful repeats the published code: candidates are never assisted, and of the anchor's two terms the first "
        + "assists and only the second attacks; the default follows the paper."
    ])

  static let plugin = TripletDefense.plugin(
    card,
    settings: TripletSettings.schema(sampler: .semiHard) + AdversarySettings.schema(steps: "16")
      + CollapseAwareSettings.schema
  ) { values in
    CollapseAwareRecipe(
      settings: TripletSettings(values), adversary: AdversarySettings(values), options: CollapseAwareSettings(values))
  }

  private enum Phase { case candidates, anchor, all }

  private func phase(_ step: Int) -> Phase {
    switch options.phases {
    case .alternate: step.isMultiple(of: 2) ? .candidates : .anchor
    case .cap: .candidates
    case .anp: .anchor
    case .sip: .all
    }
  }

  func loss(of step: TripletStep) throws -> (loss: Variable, series: [TrainingSeries]) {
    let (epoch, epochs) = step.place.stage(of: options.stages)
    let share = Double(epoch) / Double(epochs)
    let band = options.isGradual ? step.band(settings) * Float(pow(1 - share / 2, 2)) : step.band(settings)
    let embeddings = try step.evaluated(step.batch.images)
    let triplets = step.triplets(settings.sampler, band: band, embeddings: embeddings)
    let clean = TripletStatistics(
      anchors: embeddings.rows(triplets.anchors), positives: embeddings.rows(triplets.positives),
      negatives: embeddings.rows(triplets.negatives), geometry: step.geometry)
    let collapseness = clean.collapseness(options.collapseness)
    let aim = aim(collapseness: collapseness, progress: step.place.progress)
    let phase = phase(step.batch.step)
    let moved = try moved(
      triplets, phase: phase, aim: aim, search: search(at: step.place, epoch: epoch, of: epochs),
      embeddings: embeddings, of: step)
    let views = try step.trained(moved.images)
    var (loss, series) = step.loss(views, of: triplets, settings)
    if options.topWeight > 0, phase == .anchor || options.mode == .faithful {
      loss = loss + losses(step).topTriplets(views, weight: options.topWeight, margin: options.topMargin)
    }
    series +=
      step.series(moved, views: views) + [
        TrainingSeries("collapseness", collapseness), TrainingSeries("assists", aim == .assist ? 1 : 0),
        TrainingSeries("adversary-iterations", Double(moved.iterations)),
      ]
    if options.phases == .alternate, let shift = series.last(where: { $0.name == "adversarial-shift" }) {
      series.append(TrainingSeries(phase == .anchor ? "anchor-shift" : "candidate-shift", shift.value))
    }
    return (loss, series)
  }

  private func losses(_ step: TripletStep) -> CollapseAwareLosses {
    CollapseAwareLosses(
      geometry: step.geometry, collapseness: options.collapseness, weighsDistances: options.weighsDistances)
  }

  private func aim(collapseness: Double, progress: Double) -> CollapseAwareSettings.Aim {
    // The published code makes no such choice; its hinges do, as they reach 0.
    if options.mode == .faithful { return .attack }
    guard collapseness > 0 else { return options.separable }
    return options.collapsing == .assist && progress < options.assistFrom ? .none : options.collapsing
  }

  private func search(at place: TrainingPlace, epoch: Int, of epochs: Int) -> InnerSearch {
    let search = adversary.search(at: place.progress)
    switch options.ramp {
    case .none: return search
    case .epoch: return search.steppingBy(search.stepSize * Double(epoch) / Double(epochs))
    case .next: return search.steppingBy(search.stepSize * Double(epoch + 1) / Double(epochs))
    }
  }

  private func moved(
    _ triplets: BatchTriplets, phase: Phase, aim: CollapseAwareSettings.Aim, search: InnerSearch, embeddings: Tensor,
    of step: TripletStep
  ) throws -> MovedTriplets {
    let losses = losses(step)
    let cleanAnchors = Variable(constant: embeddings.rows(triplets.anchors))
    let roles: [TripletRole]
    switch phase {
    case .candidates: roles = [.positive, .negative]
    case .anchor: roles = [.anchor]
    case .all: roles = TripletRole.allCases
    }
    guard aim != .none else {
      return MovedTriplets(
        images: step.images(triplets),
        clean: TripletViews(
          anchors: cleanAnchors.value, positives: embeddings.rows(triplets.positives),
          negatives: embeddings.rows(triplets.negatives)),
        roles: roles, iterations: 0)
    }
    let isFaithful = options.mode == .faithful
    let isBounded = aim == .assist || options.attackEnd == .balanced
    let hasTopPull = phase == .anchor && (options.hasTopPull || isFaithful) && aim == .attack
    return try step.moved(
      roles, of: triplets, by: search, fixed: TripletRole.allCases.filter { !roles.contains($0) },
      embeddings: embeddings, until: { value, _ in isBounded && value < 1e-5 }
    ) { _, views in
      let assists = aim == .assist || isFaithful && phase == .anchor
      let first = assists ? losses.assistance(views) : losses.attack(views, isBounded: isBounded)
      return hasTopPull ? first + losses.topPull(views, cleanAnchors: cleanAnchors) : first
    }
  }
}
