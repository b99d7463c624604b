/// How batch norm behaves in a training step.
public enum BatchNormMode: String, Hashable, Sendable, CaseIterable {
  /// Running statistics are used and stay as they are; scale and shift are trained.
  case frozen
  /// Statistics of the whole batch, as PyTorch's training mode; running ones follow with momentum 0.1.
  case batchStatistics
}
