internal import GauntletKit
internal import Gradients
internal import Networks
internal import Tensors
internal import Training

/// What sets one triplet training apart from another: how a batch becomes a loss.
///
/// A recipe samples triplets, lets its adversary move some of their images, and makes a loss of what the network says of
/// them. All else (batches, augmentation, updates, checkpoints, logs) is common: `TripletDefense`.
protocol TripletRecipe: Sendable {
  /// - Throws: `PluginError.unusable` for a start the recipe is not made for.
  func check(_ backbone: Backbone) throws
  /// The loss of a step, [1], and series of the log.
  mutating func loss(of step: TripletStep) throws -> (loss: Variable, series: [TrainingSeries])
  /// Called after the update that the loss led to.
  mutating func updated(at place: TrainingPlace) throws
  /// What is remembered between steps, in checkpoints.
  var state: [String: Tensor] { get }
  mutating func restore(_ state: [String: Tensor]) throws
}

extension TripletRecipe {
  func check(_ backbone: Backbone) throws {}
  mutating func updated(at place: TrainingPlace) throws {}
  var state: [String: Tensor] { [:] }
  mutating func restore(_ state: [String: Tensor]) throws {}
}

/// A recipe over batches of pairs.
struct TripletObjective: BatchObjective {
  let batches: PairBatches
  let geometry: Geometry
  let dimension: Int
  var recipe: any TripletRecipe

  var stepsPerEpoch: Int { batches.stepsPerEpoch }
  func batch(step: Int) -> [BatchRow] { batches.batch(step: step) }
  var state: [String: Tensor] { recipe.state }
  mutating func restore(_ state: [String: Tensor]) throws { try recipe.restore(state) }
  mutating func updated(at place: TrainingPlace) throws { try recipe.updated(at: place) }

  mutating func loss(
    of batch: TrainingBatch, by network: TrainableNetwork, batchNorm: BatchNormMode, at place: TrainingPlace
  ) throws -> (loss: Variable, series: [TrainingSeries]) {
    try recipe.loss(
      of: TripletStep(
        batch: batch, network: network, batchNorm: batchNorm, geometry: geometry, dimension: dimension, place: place,
        seed: batches.seed))
  }
}
