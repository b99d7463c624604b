/// What can go wrong with any training.
public enum TrainingError: Error, Hashable, CustomStringConvertible {
  /// A loss or a weight stopped being a number.
  case diverged(defense: String, step: Int, what: String)
  case foreignCheckpoint(defense: String, reason: String)

  public var description: String {
    switch self {
    case .diverged(let defense, let step, let what):
      "defense \(defense): \(what) is not finite at step \(step); lower the learning rate"
    case .foreignCheckpoint(let defense, let reason):
      "defense \(defense): the checkpoint is not of this training: \(reason); remove it to start anew"
    }
  }
}
