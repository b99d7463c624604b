internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors

/// The triplet loss over batches of pairs: clean, or with positives and negatives that an adversary pulled together.
struct TripletObjective: TrainingObjective {
  let batches: PairBatches
  let settings: TripletSettings
  let geometry: Geometry
  let dimension: Int
  /// Nil for training without one.
  let adversary: CollapseAdversary?
  /// The share of the training over which the adversary grows from nothing.
  let adversaryWarmup: Double

  var stepsPerEpoch: Int { batches.stepsPerEpoch }
  func batch(step: Int) -> [BatchRow] { batches.batch(step: step) }

  private var loss: TripletLoss {
    TripletLoss(geometry: geometry, margin: settings.margin ?? TripletLoss.defaultMargin(geometry))
  }

  func loss(
    of batch: TrainingBatch, by network: TrainableNetwork, batchNorm: BatchNormMode, progress: Double
  ) throws -> (loss: Variable, series: [(name: String, value: Double)]) {
    if let adversary {
      let share = adversaryWarmup > 0 ? min(1, progress / adversaryWarmup) : 1
      return try adversarialLoss(
        of: batch, by: network, batchNorm: batchNorm, adversary: adversary.scaled(by: share))
    }
    let placed = geometry.placed(try network.train(Variable(constant: batch.images), batchNorm: batchNorm))
    let triplets = sampled(batch, embeddings: placed.value)
    let (a, p, n) = (
      placed.rows(triplets.anchors), placed.rows(triplets.positives), placed.rows(triplets.negatives)
    )
    let statistics = TripletStatistics(
      anchors: a.value, positives: p.value, negatives: n.value, geometry: geometry)
    switch settings.triples {
    case .sampled:
      return (loss.mean(anchors: a, positives: p, negatives: n), statistics.series)
    case .allActive:
      let (value, active) = loss.meanOfActive(
        anchors: placed, labels: batch.labels, candidates: placed, candidateLabels: batch.labels
      ) { $0 == $1 }
      return (value, statistics.series + [("active-triples", Double(active))])
    }
  }

  /// L_T(a clean, p̃, ñ): the triplets come from clean embeddings in evaluation mode, the adversary's images from the
  /// evaluation-mode network, the loss from one training-mode pass over all three.
  private func adversarialLoss(
    of batch: TrainingBatch, by network: TrainableNetwork, batchNorm: BatchNormMode, adversary: CollapseAdversary
  ) throws -> (loss: Variable, series: [(name: String, value: Double)]) {
    let embeddings =
      settings.sampler.needsDistances
      ? geometry.placed(try network.evaluate(Variable(constant: batch.images)).value) : nil
    let triplets = sampled(batch, embeddings: embeddings)
    let attacked = try adversary.attack(
      positives: batch.images.rows(triplets.positives), negatives: batch.images.rows(triplets.negatives),
      network: network, geometry: geometry)
    let all = Tensor(concatenating: [batch.images.rows(triplets.anchors), attacked.positives, attacked.negatives])
    let placed = geometry.placed(try network.train(Variable(constant: all), batchNorm: batchNorm))
    let count = triplets.count
    let a = placed.rows(0..<count)
    let candidates = placed.rows(count..<3 * count)
    let (p, n) = (placed.rows(count..<2 * count), placed.rows(2 * count..<3 * count))
    let statistics = TripletStatistics(
      anchors: a.value, positives: attacked.cleanPositives, negatives: attacked.cleanNegatives, geometry: geometry)
    let shift = TripletStatistics.meanDistance(
      candidates.value, Tensor(concatenating: [attacked.cleanPositives, attacked.cleanNegatives]), geometry)
    let adversarial = TripletStatistics(
      anchors: a.value, positives: p.value, negatives: n.value, geometry: geometry)
    let series =
      statistics.series + [
        ("adversarial-hardness", adversarial.hardness),
        ("adversarial-shift", statistics.meanDistance > 0 ? shift / statistics.meanDistance : 0),
      ]
    switch settings.triples {
    case .sampled:
      return (loss.mean(anchors: a, positives: p, negatives: n), series)
    case .allActive:
      let sources = triplets.positives + triplets.negatives
      let (value, active) = loss.meanOfActive(
        anchors: a, labels: triplets.anchors.map { batch.labels[$0] }, candidates: candidates,
        candidateLabels: sources.map { batch.labels[$0] }
      ) { triplets.anchors[$0] == sources[$1] }
      return (value, series + [("active-triples", Double(active))])
    }
  }

  private func sampled(_ batch: TrainingBatch, embeddings: Tensor?) -> BatchTriplets {
    let distances = embeddings.flatMap { embeddings in
      settings.sampler.needsDistances ? geometry.distances(embeddings, toAll: embeddings) : nil
    }
    return settings.sampler.triplets(
      labels: batch.labels, distances: distances, margin: settings.miningMargin ?? loss.margin, dimension: dimension
    ) { RandomStream(seed: batches.seed, ["train", "triplet"], [batch.step, $0]) }
  }
}
