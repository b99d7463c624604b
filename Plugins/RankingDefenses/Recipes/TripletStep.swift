internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors
internal import Training

/// One step of a triplet training, as a recipe sees it: the batch, the network, and what can be asked of them.
struct TripletStep {
  let batch: TrainingBatch
  let network: TrainableNetwork
  let batchNorm: BatchNormMode
  let geometry: Geometry
  let dimension: Int
  let place: TrainingPlace
  let seed: UInt64

  // MARK: Embeddings

  /// Placed embeddings in evaluation mode, without gradient: [N, C, H, W] → [N, D].
  func evaluated(_ images: Tensor) throws -> Tensor {
    geometry.placed(try network.evaluate(Variable(constant: images)).value)
  }

  /// Placed embeddings of one training pass over all parts: each [N, C, H, W] → [N, D].
  func trained(_ parts: [Tensor]) throws -> [Variable] {
    let placed = geometry.placed(
      try network.train(Variable(constant: Tensor(concatenating: parts)), batchNorm: batchNorm))
    var first = 0
    return parts.map { part in
      defer { first += part.rows }
      return placed.rows(first..<first + part.rows)
    }
  }

  func trained(_ images: TripletViews<Tensor>) throws -> TripletViews<Variable> {
    let parts = try trained([images.anchors, images.positives, images.negatives])
    return TripletViews(anchors: parts[0], positives: parts[1], negatives: parts[2])
  }

  // MARK: Triplets

  /// Triplets of the batch; the same for the same purpose, whoever asks.
  ///
  /// - Parameters:
  ///   - embeddings: placed, of all rows of the batch; a sampler that looks at distances needs them.
  ///   - band: how much farther than the positive a semi-hard negative may be.
  func triplets(
    _ sampler: TripletSampler, band: Float, embeddings: Tensor?, purpose: String = "triplet"
  ) -> BatchTriplets {
    let distances = sampler.needsDistances ? embeddings.map { geometry.distances($0, toAll: $0) } : nil
    return sampler.triplets(labels: batch.labels, distances: distances, margin: band, dimension: dimension) {
      RandomStream(seed: seed, ["train", purpose], [batch.step, $0])
    }
  }

  /// Triplets of the clean batch in evaluation mode, and its embeddings where the sampler needed them.
  func cleanTriplets(
    _ settings: TripletSettings, band: Float? = nil
  ) throws -> (triplets: BatchTriplets, embeddings: Tensor?) {
    let embeddings = settings.sampler.needsDistances ? try evaluated(batch.images) : nil
    return (
      triplets(settings.sampler, band: band ?? self.band(settings), embeddings: embeddings), embeddings
    )
  }

  func images(_ triplets: BatchTriplets) -> TripletViews<Tensor> {
    TripletViews(
      anchors: batch.images.rows(triplets.anchors), positives: batch.images.rows(triplets.positives),
      negatives: batch.images.rows(triplets.negatives))
  }

  // MARK: Losses

  func tripletLoss(_ settings: TripletSettings) -> TripletLoss {
    TripletLoss(geometry: geometry, margin: settings.margin ?? TripletLoss.defaultMargin(geometry))
  }

  func band(_ settings: TripletSettings) -> Float { settings.miningMargin ?? tripletLoss(settings).margin }

  /// The triplet loss of views that stand at the same place: of the triplets themselves, or of every active triple of an
  /// anchor and the candidates of the batch, as the settings say.
  func loss(
    _ views: TripletViews<Variable>, of triplets: BatchTriplets, _ settings: TripletSettings
  ) -> (loss: Variable, series: [TrainingSeries]) {
    let loss = tripletLoss(settings)
    switch settings.triples {
    case .sampled:
      return (loss.mean(anchors: views.anchors, positives: views.positives, negatives: views.negatives), [])
    case .allActive:
      let sources = triplets.positives + triplets.negatives
      let (value, active) = loss.meanOfActive(
        anchors: views.anchors, labels: triplets.anchors.map { batch.labels[$0] },
        candidates: Variable(concatenating: [views.positives, views.negatives]),
        candidateLabels: sources.map { batch.labels[$0] }
      ) { triplets.anchors[$0] == sources[$1] }
      return (value, [TrainingSeries("active-triples", Double(active))])
    }
  }
}
