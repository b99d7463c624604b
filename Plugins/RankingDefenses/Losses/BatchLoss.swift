internal import GauntletKit
internal import Gradients
internal import Tensors
internal import Training

/// The ranking loss that the settings name, over the triplets of a batch of embeddings.
struct BatchLoss: Sendable {
  let kind: RankingLossKind
  let margin: Float?
  /// β of each class that was met, for the margin loss.
  private var boundaries: [Int: Float] = [:]
  /// ∂ loss / ∂β of the step that is under way.
  private var boundarySlopes: [Int: Float] = [:]

  static let schema = [
    Setting(
      "loss", .choice(RankingLossKind.allCases.map(\.rawValue)), default: RankingLossKind.triplet.rawValue,
      help: "what is minimised; multi-similarity looks at all pairs of the batch, the others at sampled triplets")
  ]

  /// - Throws: `PluginError.unusable` for settings that the loss cannot heed.
  init(_ values: SettingValues, _ settings: TripletSettings, plugin: String) throws {
    kind = RankingLossKind(rawValue: values.text("loss")) ?? .triplet
    margin = settings.margin
    guard kind == .triplet || settings.triples == .sampled else {
      throw PluginError.unusable(
        plugin: plugin, reason: "triplets=all-active is a form of the triplet loss, not of \(kind.rawValue); drop one")
    }
    guard kind != .multiSimilarity || settings.margin == nil else {
      throw PluginError.unusable(plugin: plugin, reason: "the multi-similarity loss has no margin to set; drop margin")
    }
  }

  /// The loss of triplets that are sampled from the batch's embeddings as they are now.
  ///
  /// - Parameter placed: all rows of the batch, [2m, D].
  mutating func sampled(
    from placed: Variable, of step: TripletStep, _ settings: TripletSettings
  ) throws -> (loss: Variable, series: [TrainingSeries]) {
    let triplets = step.triplets(settings.sampler, band: step.band(settings), embeddings: placed.value)
    let views = TripletViews(
      anchors: placed.rows(triplets.anchors), positives: placed.rows(triplets.positives),
      negatives: placed.rows(triplets.negatives))
    let series = TripletStatistics(views.map(\.value), geometry: step.geometry).series
    switch kind {
    case .triplet where settings.triples == .allActive:
      let (value, active) = step.tripletLoss(settings).meanOfActive(
        anchors: placed, labels: step.batch.labels, candidates: placed, candidateLabels: step.batch.labels
      ) { $0 == $1 }
      return (value, series + [TrainingSeries("active-triples", Double(active))])
    case .triplet:
      let loss = step.tripletLoss(settings)
      return (loss.mean(anchors: views.anchors, positives: views.positives, negatives: views.negatives), series)
    case .contrastive: return (ContrastiveLoss(geometry: step.geometry, margin: margin ?? 1).mean(views), series)
    case .multiSimilarity: return (MultiSimilarityLoss().mean(placed, labels: step.batch.labels), series)
    case .signalToNoise:
      var loss = SignalToNoiseLoss()
      if let margin { loss.margin = margin }
      return (loss.mean(views), series)
    case .margin:
      let labels = triplets.anchors.map { step.batch.labels[$0] }
      let betas = labels.map { boundaries[$0] ?? MarginLoss.initialBoundary }
      let leaf = Variable(leaf: Tensor(betas, [betas.count]))
      let loss = MarginLoss(geometry: step.geometry, margin: margin ?? 0.2)
      let slopes = try loss.mean(views.map(\.detached), boundaries: leaf).gradient(of: leaf).scalars
      boundarySlopes = Dictionary(zip(labels, slopes), uniquingKeysWith: +)
      let mean = betas.reduce(0) { $0 + Double($1) } / Double(max(betas.count, 1))
      return (loss.mean(views, boundaries: leaf.detached), series + [TrainingSeries("boundary", mean)])
    }
  }

  /// Moves the boundaries, beside the update of the weights.
  mutating func updated() throws {
    for (label, slope) in boundarySlopes {
      boundaries[label, default: MarginLoss.initialBoundary] -= MarginLoss.boundaryRate * slope
    }
    boundarySlopes = [:]
  }

  /// Pairs of class and boundary.
  var state: [String: Tensor] {
    guard kind == .margin else { return [:] }
    let classes = boundaries.keys.sorted()
    return [
      "classes": Tensor(classes.map { Float($0) }, [classes.count]),
      "boundaries": Tensor(classes.map { boundaries[$0] ?? 0 }, [classes.count]),
    ]
  }

  /// - Throws: `RecipeStateError`.
  mutating func restore(_ state: [String: Tensor]) throws {
    guard kind == .margin else { return }
    guard let classes = state["classes"]?.scalars, let values = state["boundaries"]?.scalars,
      classes.count == values.count, classes.allSatisfy({ $0 >= 0 && $0 < 16_777_216 })
    else { throw RecipeStateError(missing: "the boundaries of the margin loss") }
    boundaries = Dictionary(zip(classes.map { Int($0) }, values), uniquingKeysWith: { $1 })
  }
}

/// A checkpoint lacks what a recipe remembers.
struct RecipeStateError: Error, CustomStringConvertible {
  let missing: String
  var description: String { "it lacks \(missing)" }
}
