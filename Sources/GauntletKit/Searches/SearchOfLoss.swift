public import Tensors

/// A search on another loss of the decision that it is given.
public struct SearchOfLoss: Search {
  private let search: any Search
  private let loss: DecisionLoss

  public init(_ search: any Search, _ loss: DecisionLoss) {
    self.search = search
    self.loss = loss
  }

  /// - Throws: `PluginError.unusable` where the objective does not decide, or the loss is not defined for it.
  public func run(
    _ objective: any Objective, from images: Tensor, samples: [Int], within threat: ThreatModel, seeds: SampleSeeds
  ) throws -> Tensor {
    let part = Cascade.Part(loss.rawValue, search, loss: loss, cost: Cost())
    return try search.run(
      part.objective(objective.deciding(for: loss.rawValue)), from: images, samples: samples, within: threat,
      seeds: seeds)
  }
}
